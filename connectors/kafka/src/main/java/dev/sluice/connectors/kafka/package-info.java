/// Apache Kafka: a topic read from one place to another, and rows appended to it. Data Factory has no connector for it;
/// the type names are ours.
///
/// Start at [KafkaConnector]. [Brokers] is the linked service once checked, [TopicRange] finds out from
/// where to where is read, before anything is: a read ends where the topic ended when it began.
/// [TopicSource] gives the records, each wrapped in a small document ([Envelope]), to `data/trees`, one
/// split for some partitions; no consumer group is joined and no offset committed. [TopicSink] appends.
/// [KafkaProblems] says what the client's failures mean.
///
/// What is appended is there at once and stays; an attempt run again appends again.
///
/// Must not come in: schema registries, consumer groups, mapping.
@NullMarked
package dev.sluice.connectors.kafka;

import org.jspecify.annotations.NullMarked;
