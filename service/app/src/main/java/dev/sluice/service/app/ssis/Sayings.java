package dev.sluice.service.app.ssis;

import dev.sluice.service.store.SsisExecutions.Message;
import dev.sluice.service.store.SsisExecutions.Statistic;
import dev.sluice.ssis.catalog.MessageSource;
import dev.sluice.ssis.catalog.MessageType;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisSaid;
import dev.sluice.wire.SsisStatistic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the catalog keeps of what a node tells about an execution: texts up to a length, and messages up to a number.
/// The message at that number says that no further ones are kept; statistics are kept all the same, since there is one
/// of each run of an executable only. Thread-safe.
///
/// @param most the number of the last message that is kept
record Sayings(long most) {
    private static final int LONGEST_TEXT = 8_000;

    /// What is kept.
    record Kept(List<Message> messages, List<Statistic> statistics) {}

    /// @param last the number of the last message that the catalog has of this execution
    Kept of(SsisSaid said, long last) {
        boolean full = last >= most;
        List<SsisMessage> some = said.messages().stream().limit(SsisSaid.MOST).toList();
        List<Message> messages = new ArrayList<>();
        for (SsisMessage message : some) {
            if (message.id() < most) {
                messages.add(kept(message));
            } else if (!full) {
                // A node that lost messages may skip the very number.
                messages.add(last(message));
                full = true;
            }
        }
        return new Kept(
                messages,
                said.statistics().stream()
                        .limit(SsisSaid.MOST)
                        .map(Sayings::kept)
                        .toList());
    }

    private Message last(SsisMessage first) {
        return new Message(
                most,
                first.at(),
                MessageType.WARNING.code(),
                MessageSource.PROCESS.code(),
                String.format(
                        Locale.ROOT,
                        "The catalog keeps %,d messages of an execution; further ones are not kept.",
                        most),
                cut(first.packageName()),
                "OnWarning",
                "",
                "",
                "",
                0);
    }

    private static Message kept(SsisMessage m) {
        return new Message(
                m.id(),
                m.at(),
                m.type(),
                m.sourceType(),
                cut(m.text()),
                cut(m.packageName()),
                cut(m.event()),
                cut(m.sourceName()),
                cut(m.sourceId()),
                cut(m.path()),
                m.code());
    }

    private static Statistic kept(SsisStatistic s) {
        return new Statistic(
                s.id(), cut(s.executable()), cut(s.packageName()), cut(s.path()), s.start(), s.end(), s.result());
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
