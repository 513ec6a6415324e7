package dev.gantry.services;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.gantry", importOptions = ImportOption.DoNotIncludeTests.class)
class ContractsArchitectureTest {
  @ArchTest
  static final ArchRule contractsKnowNoService =
      noClasses()
          .that()
          .resideInAnyPackage("dev.gantry.engine..", "dev.gantry.events..", "dev.gantry.services..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.gantry.gateway..",
              "dev.gantry.image..",
              "dev.gantry.node..",
              "dev.gantry.network..",
              "dev.gantry.log..",
              "dev.gantry.audit..",
              "dev.gantry.delivery..",
              "dev.gantry.ops..")
          .because("what crosses a border must not know who stands on either side");

  @ArchTest
  static final ArchRule engineRecordsKnowNoTransport =
      noClasses()
          .that()
          .resideInAPackage("dev.gantry.engine..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..",
              "org.springframework..",
              "dev.gantry.events..",
              "dev.gantry.services..")
          .because("the Engine API is the same over every transport");
}
