package dev.gantry.image;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.gantry.image", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule DEPENDENCIES_RUN_ONE_WAY =
      slices()
          .matching("dev.gantry.image.(*)..")
          .should()
          .beFreeOfCycles()
          .because("a room that needs what needs it can't be understood alone");
}
