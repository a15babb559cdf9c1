package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// The local console of a node.
public final class ConsoleFaults {
    private ConsoleFaults() {}

    public static final Fault PORT_UNUSABLE = fault(
            "ConsolePortUnusable",
            Kind.NODE,
            "The console cannot listen on port {port} of this machine: {detail}",
            "Give another port: 'sluice node console --console-port PORT', or none for any that is free.");

    public static final Fault PIN_WRONG = fault(
            "ConsolePinWrong",
            Kind.USER,
            "This is not the console's PIN.",
            "'sluice node console' prints it; it is kept in the file console.pin of the node's data folder.");

    public static final Fault LOCKED_OUT = passing(
            "ConsoleLockedOut",
            Kind.USER,
            "Too many wrong PINs were entered; the next is looked at in {seconds} s.",
            "Wait, then enter the PIN that 'sluice node console' prints.");

    public static final Fault SIGNED_OUT = fault(
            "ConsoleSignedOut",
            Kind.USER,
            "Nobody is signed in here, or has not been active for a while.",
            "Enter the PIN that 'sluice node console' prints.");

    public static final Fault REQUEST_FOREIGN = fault(
            "ConsoleRequestForeign",
            Kind.USER,
            "The request does not come from the console's own page: {detail}",
            "Open the address that 'sluice node console' prints, with localhost or 127.0.0.1 in it.");

    public static final Fault HOST_NEEDED = fault(
            "ConsoleNeedsRunningNode",
            Kind.USER,
            "The node does not run, and this can be done by a running one only.",
            "Start it: on the console's Home page, or with 'sluice node start'.");

    public static final Fault HOST_RUNS = fault(
            "ConsoleNeedsStoppedNode",
            Kind.USER,
            "The node runs, and this can be done while it is stopped only.",
            "Stop its process (SIGTERM, or by the service manager that runs it), then 'sluice node console' again.");

    public static final Fault CLOSED = fault(
            "ConsoleClosed",
            Kind.USER,
            "The console of this node is closed by its owner.",
            "Open it again: 'sluice node console --open'.");
}
