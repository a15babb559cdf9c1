package dev.sluice.node.tools;

/// What a person has set for the host process of a node while it runs, kept as `host.json`. Holds no secret.
///
/// @param verbose whether the log has details
/// @param paused whether it takes no new jobs
/// @param concurrentJobs most jobs at once, within what the start allows; 0 for as many as that
/// @param consoleOff whether there is no local console
/// @param consolePort of the local console; 0 for the usual one
public record HostSettings(boolean verbose, boolean paused, int concurrentJobs, boolean consoleOff, int consolePort) {
    /// When nobody has set anything.
    public static final HostSettings USUAL = new HostSettings(false, false, 0, false, 0);

    public HostSettings withVerbose(boolean on) {
        return new HostSettings(on, paused, concurrentJobs, consoleOff, consolePort);
    }

    public HostSettings withPaused(boolean now) {
        return new HostSettings(verbose, now, concurrentJobs, consoleOff, consolePort);
    }

    public HostSettings withConcurrentJobs(int most) {
        return new HostSettings(verbose, paused, most, consoleOff, consolePort);
    }

    /// @param port 0 for the usual one
    public HostSettings withConsole(boolean off, int port) {
        return new HostSettings(verbose, paused, concurrentJobs, off, port);
    }
}
