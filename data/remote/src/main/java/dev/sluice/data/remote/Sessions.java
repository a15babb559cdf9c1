package dev.sluice.data.remote;

import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The sessions of one store: one that is given back is used again. Thread-safe.
///
/// It never waits for one, since a thread may hold one while it takes another; how many streams there are is the
/// engine's business.
final class Sessions implements AutoCloseable {
    private static final int MOST_IDLE = 16;

    private final RemoteSession.Opener opener;
    private final RemoteProblems problems;
    private final Deque<RemoteSession> idle = new ArrayDeque<>();
    private final Set<RemoteSession> used = new HashSet<>();
    private boolean closed;

    Sessions(RemoteSession.Opener opener, RemoteProblems problems) {
        this.opener = opener;
        this.problems = problems;
    }

    /// A call on a session.
    interface Call<T> {
        T run(RemoteSession session) throws IOException;
    }

    /// Runs a call that may be repeated, with its failure named. A session that was idle may have been ended by
    /// the server meanwhile: then the call is repeated once on a new one.
    <T> T run(String path, String action, Call<T> call) throws IOException {
        RemoteSession session = takeIdle();
        if (session != null) {
            try {
                return on(session, call);
            } catch (FileSystemException e) {
                throw named(e, path, action);
            } catch (IOException gone) {
                System.getLogger(Sessions.class.getName())
                        .log(System.Logger.Level.DEBUG, "an idle session was gone", gone);
            }
        }
        try {
            return on(open(), call);
        } catch (IOException e) {
            throw named(e, path, action);
        }
    }

    private <T> T on(RemoteSession session, Call<T> call) throws IOException {
        boolean good = false;
        try {
            T result = call.run(session);
            good = true;
            return result;
        } catch (FileSystemException e) {
            good = true;
            throw e;
        } finally {
            giveBack(session, good);
        }
    }

    /// A failure with its name; after closing it is what closing did.
    RuntimeException named(IOException e, String path, String action) throws IOException {
        if (isClosed()) {
            throw e;
        }
        throw problems.named(e, path, action);
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private @Nullable RemoteSession takeIdle() throws IOException {
        while (true) {
            RemoteSession session;
            synchronized (this) {
                stopWhenClosed();
                session = idle.poll();
                if (session == null) {
                    return null;
                }
                used.add(session);
            }
            if (session.usable()) {
                return session;
            }
            giveBack(session, false);
        }
    }

    /// A session for a stream; it was asked a moment ago or is new, so that it is not gone.
    RemoteSession take() throws IOException {
        RemoteSession session = takeIdle();
        return session == null ? open() : session;
    }

    RemoteSession open() throws IOException {
        RemoteSession session;
        try {
            session = opener.open();
        } catch (ProblemException e) {
            throw e;
        } catch (IOException e) {
            if (isClosed()) {
                throw e;
            }
            throw problems.connecting(e);
        }
        synchronized (this) {
            if (!closed) {
                used.add(session);
                return session;
            }
        }
        session.close();
        throw new IOException("closed while it was connecting");
    }

    private void stopWhenClosed() throws IOException {
        if (closed) {
            throw new IOException("the store is closed");
        }
    }

    /// @param good whether it can be used again
    void giveBack(RemoteSession session, boolean good) {
        synchronized (this) {
            used.remove(session);
            if (good && !closed && idle.size() < MOST_IDLE) {
                idle.push(session);
                return;
            }
        }
        session.close();
    }

    @Override
    public void close() {
        Set<RemoteSession> all;
        synchronized (this) {
            closed = true;
            all = new HashSet<>(used);
            all.addAll(idle);
            idle.clear();
            used.clear();
        }
        all.forEach(RemoteSession::close);
        opener.close();
    }
}
