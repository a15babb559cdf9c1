package dev.sluice.data.remote;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import dev.sluice.data.spi.HiddenNames;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The files below one folder of a server.
public final class RemoteFileStore implements FileStore {
    private final RemotePaths paths;
    private final RemoteProblems problems;
    private final Sessions sessions;
    private final JobContext job;

    /// @param root the server's path of the root; empty for the folder that the server starts in
    public RemoteFileStore(String root, RemoteServer server, RemoteSession.Opener opener, JobContext job) {
        this.problems = new RemoteProblems(server);
        this.paths = new RemotePaths(root, problems);
        this.sessions = new Sessions(opener, problems);
        this.job = job;
    }

    @Override
    public String describe() {
        return problems.server().place();
    }

    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) throws IOException {
        String start = paths.inside(folder);
        List<RemoteItem> first = items(start);
        return new RemoteWalk(this, start, first, recursive).stream();
    }

    /// What is in a folder, files still being written left out.
    List<RemoteItem> items(String folder) throws IOException {
        String path = paths.on(folder);
        return sessions.run(folder, "list", s -> s.list(path)).stream()
                .filter(item -> item.folder() || !HiddenNames.isUnfinished(item.name()))
                .toList();
    }

    @Override
    public Optional<FileEntry> find(String path) throws IOException {
        return item(path).filter(item -> !item.folder()).map(item -> entry(paths.inside(path), item));
    }

    private Optional<RemoteItem> item(String path) throws IOException {
        String there = paths.on(path);
        return sessions.run(path, "read", s -> s.find(there));
    }

    static FileEntry entry(String path, RemoteItem item) {
        return new FileEntry(path, item.size(), item.modified(), item.version());
    }

    @Override
    public FileInput open(FileEntry file) {
        return new RemoteInput(file, paths.on(file.path()), sessions, problems);
    }

    @Override
    public FileOutput create(String path) throws IOException {
        String inside = paths.inside(path);
        if (inside.isEmpty()) {
            throw problems.outside(path);
        }
        return RemoteOutput.begin(inside, paths, sessions, job);
    }

    @Override
    public void delete(String path) throws IOException {
        String there = paths.on(path);
        sessions.run(path, "delete", s -> {
            if (s.find(there).filter(item -> !item.folder()).isPresent()) {
                s.delete(there);
            }
            return true;
        });
    }

    @Override
    public Stream<FolderEntry> folders(String folder) throws IOException {
        String start = paths.inside(folder);
        return items(start).stream()
                .filter(RemoteItem::folder)
                .map(item -> folder(RemotePaths.join(start, item.name()), item));
    }

    @Override
    public Optional<FolderEntry> findFolder(String folder) throws IOException {
        return item(folder).filter(RemoteItem::folder).map(item -> folder(paths.inside(folder), item));
    }

    private static FolderEntry folder(String path, RemoteItem item) {
        return new FolderEntry(path, Optional.empty(), Optional.of(item.modified()));
    }

    /// From the innermost folder outwards; the root stays.
    @Override
    public void deleteFolder(String folder) throws IOException {
        String start = paths.inside(folder);
        if (item(start).filter(RemoteItem::folder).isEmpty()) {
            return;
        }
        Deque<String> waiting = new ArrayDeque<>(List.of(start));
        Deque<String> inwards = new ArrayDeque<>();
        while (!waiting.isEmpty()) {
            String next = waiting.pop();
            inwards.push(next);
            for (RemoteItem item : items(next)) {
                if (item.folder()) {
                    waiting.push(RemotePaths.join(next, item.name()));
                }
            }
        }
        for (String path : inwards) {
            if (!path.isEmpty()) {
                String there = paths.on(path);
                sessions.run(path, "delete", s -> s.deleteFolder(there));
            }
        }
    }

    @Override
    public void close() {
        sessions.close();
    }
}
