/** What the platform's processes tell each other over Kafka: topics, envelope, records. */
@NullMarked
package dev.gantry.events;

import org.jspecify.annotations.NullMarked;
