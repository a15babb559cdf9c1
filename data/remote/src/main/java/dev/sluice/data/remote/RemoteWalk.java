package dev.sluice.data.remote;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// Lists a folder lazily, one folder in memory at a time. A folder that vanishes meanwhile is left out.
final class RemoteWalk extends AbstractSpliterator<FileEntry> {
    private final RemoteFileStore store;
    private final boolean recursive;
    private final Deque<String> waiting = new ArrayDeque<>();
    private String folder;
    private Iterator<RemoteItem> items;

    RemoteWalk(RemoteFileStore store, String start, List<RemoteItem> first, boolean recursive) {
        super(Long.MAX_VALUE, NONNULL | DISTINCT);
        this.store = store;
        this.recursive = recursive;
        this.folder = start;
        this.items = first.iterator();
    }

    Stream<FileEntry> stream() {
        return StreamSupport.stream(this, false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super FileEntry> action) {
        while (true) {
            while (items.hasNext()) {
                RemoteItem item = items.next();
                String path = RemotePaths.join(folder, item.name());
                if (!item.folder()) {
                    action.accept(RemoteFileStore.entry(path, item));
                    return true;
                }
                if (recursive) {
                    waiting.push(path);
                }
            }
            if (waiting.isEmpty()) {
                return false;
            }
            folder = waiting.pop();
            items = next(folder).iterator();
        }
    }

    private List<RemoteItem> next(String path) {
        try {
            return store.items(path);
        } catch (ProblemException e) {
            if (e.problem().fault() == DataFaults.FILE_MISSING) {
                return List.of();
            }
            throw e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
