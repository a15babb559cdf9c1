package dev.sluice.diagnosis;

import static dev.sluice.diagnosis.Fault.fault;
import static dev.sluice.diagnosis.Fault.passing;

/// Why a node, or the group of an integration runtime, is not Online.
public final class NodeStateFaults {
    private NodeStateFaults() {}

    public static final Fault NOT_HEARD = passing(
            "NodeNotHeard",
            Kind.NODE,
            "Node '{node}' on {machine} was last heard at {at}.",
            "On that machine run 'sluice node status': it says whether the node runs, and if it does, why the service "
                    + "cannot be reached.",
            "If it does not run, start it: 'sluice node start'.");

    public static final Fault EXPIRES_SOON = passing(
            "NodeExpiresSoon",
            Kind.NODE,
            "Node '{node}' on {machine} was last heard at {at}. Its registration expires at {expires} unless it is heard "
                    + "before.",
            "Start it before that, for a moment at least: 'sluice node start'. Afterwards it has to be registered again.",
            "If it is not needed any more, delete it: 'sluice integration-runtime delete-node'.");

    public static final Fault SHUT_DOWN = fault(
            "NodeShutDown",
            Kind.NODE,
            "Node '{node}' was stopped on {machine} at {at}.",
            "Start it: 'sluice node start'.");

    public static final Fault SHUTTING_DOWN = passing(
            "NodeShuttingDown",
            Kind.NODE,
            "Node '{node}' is being stopped on {machine}: it takes no new jobs and lets {jobs} running ones end.",
            "Wait until it has ended, then start it again: 'sluice node start'.");

    public static final Fault UPGRADING = passing(
            "NodeUpgrading",
            Kind.NODE,
            "Node '{node}' on {machine} takes version {version}: it takes no new jobs and lets {jobs} running ones end.",
            "Wait: it is back in a minute after the last job has ended, on the new version or on the one before.");

    public static final Fault WORKERS_FAIL = passing(
            "NodeWorkersDoNotStart",
            Kind.NODE,
            "Node '{node}' takes no jobs, because its worker processes cannot be started: {detail}",
            "See the last lines of the worker in the message; the whole is in logs/node.log of the node's data folder.",
            "Check free memory and the limit of processes of the node's account on {machine}. It goes on by itself once "
                    + "a worker starts.");

    public static final Fault SET_ASIDE = passing(
            "NodeSetAside",
            Kind.NODE,
            "{failures} jobs in a row failed on node '{node}' by its own fault, last with {code}; while other nodes of the "
                    + "group can take them, it gets no jobs before {at}, and then one to try ({state}).",
            "See the failure {code} of these activities, and logs/node.log in the node's data folder on {machine}.",
            "Check memory, disk and the Java installation of {machine}. One job that the node does ends this by itself.");

    public static final Fault DRAINED = passing(
            "NodeDrained",
            Kind.USER,
            "Node '{node}' takes no new jobs, because the service was told so.",
            "End the drain when the maintenance is over.");

    public static final Fault SECRETS_CLOSED = passing(
            "NodeCannotOpenSecrets",
            Kind.NODE,
            "Node '{node}' cannot open the secrets of {services} yet: they were sealed before it came.",
            "Start a node that can open them: it seals them to this one by itself, within seconds.",
            "If there is none any more, save these linked services again with their secrets.");

    public static final Fault VERSION_DIFFERS = fault(
            "NodeVersionDiffers",
            Kind.NODE,
            "Node '{node}' runs version {version}; the version of its integration runtime is {majority}, which {count} of "
                    + "{total} nodes run.",
            "Bring the node to version {majority}.");

    public static final Fault CLOCK_DIFFERS = fault(
            "NodeClockDiffers",
            Kind.NODE,
            "Node '{node}' reaches the service, but its requests are refused, because the clocks differ too much: "
                    + "{detail}",
            "Set the clock of {machine}; let a time service (chrony, systemd-timesyncd) keep it.");

    public static final Fault NOT_ACCEPTED = fault(
            "NodeNotAccepted",
            Kind.NODE,
            "Node '{node}' reaches the service, but its requests are refused ({reason}): {detail}",
            "Look for a proxy that changes requests, or a second machine that runs with a copy of this node's data "
                    + "folder.");

    public static final Fault SLEPT = passing(
            "NodeMachineSlept",
            Kind.NODE,
            "The machine of node '{node}' slept from {from} to {to}. Jobs that it had then ({jobs}) were given to other "
                    + "nodes or begin again.",
            "Keep a machine that is to work from sleeping: 'systemctl mask sleep.target suspend.target "
                    + "hibernate.target', or the power settings of its desktop.");

    public static final Fault HELD_UP = passing(
            "NodeHeldUp",
            Kind.NODE,
            "Node '{node}' did not get to run from {from} to {to}, while its machine did. Jobs that it had then ({jobs}) "
                    + "were given to other nodes or begin again where that was longer than a lease.",
            "See who stopped it: a signal (kill -STOP), a frozen container or a debugger.",
            "If nobody did, the machine has too little memory or processor time: look for swapping ('vmstat 1').");

    public static final Fault CLOCK_SET = passing(
            "NodeClockSet",
            Kind.NODE,
            "The clock of the machine of node '{node}' was set from {from} to {to}. Its jobs ({jobs}) go on.",
            "Nothing is to be done if that happens once. Else let a time service (chrony, systemd-timesyncd) keep the "
                    + "clock; a virtual machine whose clock jumps is paused by its host, for snapshots for example.");

    public static final Fault UNHEALTHY_NODES = passing(
            "RuntimeNodesUnhealthy",
            Kind.NODE,
            "{sick} of {total} nodes of the integration runtime '{runtime}' are not Online: {nodes}.",
            "See the reason of each node.");

    public static final Fault NOBODY_HEARD = passing(
            "RuntimeNodesOffline",
            Kind.NODE,
            "None of the {total} nodes of the integration runtime '{runtime}' is there: {nodes}.",
            "See the reason of each node; jobs wait until one is back.");

    public static final Fault NEEDS_NODE = fault(
            "RuntimeNeedsRegistration",
            Kind.USER,
            "No node is registered with the integration runtime '{runtime}'.",
            "Register one: 'sluice node register --key-file FILE' with a key of 'sluice integration-runtime "
                    + "list-auth-key'.");
}
