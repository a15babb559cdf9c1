package dev.sluice.service.store;

import dev.sluice.model.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Groups of nodes (one per self-hosted runtime, one built-in) and the nodes in them.
public final class Fleet {
    private static final String GROUP =
            "SELECT group_id, factory_name, runtime, generation1, generation2, created FROM node_group ";
    private static final String NODE = "SELECT node_id, group_id, name, machine, version, certificate, jobs_limit, "
            + "jobs_max, registered, started, last_contact, facts FROM node ";

    private final Database database;

    Fleet(Database database) {
        this.database = database;
    }

    /// A group of nodes.
    ///
    /// @param factory its name as it is written; empty for the built-in group
    /// @param runtime name of the integration runtime
    /// @param generation1 of the first key: raised by one, the key before is void; likewise the second
    public record Group(
            String groupId, String factory, String runtime, int generation1, int generation2, Instant created) {}

    /// A registered node.
    ///
    /// @param certificate PEM
    /// @param jobsLimit jobs at once as set by a person; `jobsMax` what the machine is good for
    /// @param lastContact when it last spoke; `started` when it last came to life
    /// @param facts the newest it said of itself
    public record Node(
            String nodeId,
            String group,
            String name,
            String machine,
            String version,
            String certificate,
            int jobsLimit,
            int jobsMax,
            Instant registered,
            Instant started,
            Instant lastContact,
            ObjectNode facts) {}

    /// The group of a runtime, made with `groupId` if there is none.
    public Group groupFor(String factory, String runtime, String groupId, Instant now) {
        return database.write(s -> {
            s.update(
                    "INSERT INTO node_group (group_id, factory, factory_name, runtime_key, runtime, generation1, "
                            + "generation2, created) VALUES (?, ?, ?, ?, ?, 1, 1, ?) ON CONFLICT (factory, runtime_key) DO NOTHING",
                    groupId,
                    Documents.key(factory),
                    factory,
                    Documents.key(runtime),
                    runtime,
                    Micros.of(now));
            return findGroup(s, factory, runtime).orElseThrow(() -> new SQLException("group just made is missing"));
        });
    }

    public Optional<Group> group(String factory, String runtime) {
        return database.read(s -> findGroup(s, factory, runtime));
    }

    private static Optional<Group> findGroup(Session s, String factory, String runtime) throws SQLException {
        return s.one(
                Fleet::readGroup,
                GROUP + "WHERE factory = ? AND runtime_key = ?",
                Documents.key(factory),
                Documents.key(runtime));
    }

    public Optional<Group> group(String groupId) {
        return database.read(s -> s.one(Fleet::readGroup, GROUP + "WHERE group_id = ?", groupId));
    }

    /// The groups of a factory; of the built-in one when empty.
    public List<Group> groups(String factory) {
        return database.read(s ->
                s.list(Fleet::readGroup, GROUP + "WHERE factory = ? ORDER BY runtime_key", Documents.key(factory)));
    }

    /// Every group.
    public List<Group> everyGroup() {
        return database.read(s -> s.list(Fleet::readGroup, GROUP + "ORDER BY factory, runtime_key"));
    }

    /// Voids one of a group's keys.
    ///
    /// @param slot 1 or 2
    public Optional<Group> raiseGeneration(String groupId, int slot, String by, Instant now) {
        String column = slot == 1 ? "generation1" : "generation2";
        return database.write(s -> {
            s.lockGroup(groupId);
            s.update("UPDATE node_group SET " + column + " = " + column + " + 1 WHERE group_id = ?", groupId);
            s.update(
                    "DELETE FROM runtime_key_link WHERE key_slot = ? AND EXISTS (SELECT 1 FROM node_group g "
                            + "WHERE g.group_id = ? AND g.factory = runtime_key_link.factory "
                            + "AND g.runtime_key = runtime_key_link.runtime_key)",
                    slot,
                    groupId);
            Documents.audit(s, by, "regenerateAuthKey" + slot, "GROUP", "", groupId, Micros.of(now));
            return s.one(Fleet::readGroup, GROUP + "WHERE group_id = ?", groupId);
        });
    }

    /// Adds a node unless its name is taken in the group or the group is gone or full.
    public boolean add(Node node, int mostInGroup) {
        return database.write(s -> {
            s.lockGroup(node.group());
            boolean room = s.exists("SELECT 1 FROM node_group WHERE group_id = ?", node.group())
                    && s.number("SELECT COUNT(*) FROM node WHERE group_id = ?", node.group()) < mostInGroup;
            return room
                    && s.update(
                                    "INSERT INTO node (node_id, group_id, name_key, name, machine, version, "
                                            + "certificate, jobs_limit, jobs_max, registered, started, last_contact, "
                                            + "facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                            + "ON CONFLICT DO NOTHING",
                                    node.nodeId(),
                                    node.group(),
                                    Documents.key(node.name()),
                                    node.name(),
                                    node.machine(),
                                    node.version(),
                                    node.certificate(),
                                    node.jobsLimit(),
                                    node.jobsMax(),
                                    Micros.of(node.registered()),
                                    Micros.of(node.started()),
                                    Micros.of(node.lastContact()),
                                    Json.write(node.facts()))
                            == 1;
        });
    }

    public Optional<Node> node(String nodeId) {
        return database.read(s -> s.one(Fleet::readNode, NODE + "WHERE node_id = ?", nodeId));
    }

    public Optional<Node> node(String groupId, String name) {
        return database.read(s ->
                s.one(Fleet::readNode, NODE + "WHERE group_id = ? AND name_key = ?", groupId, Documents.key(name)));
    }

    public List<Node> nodes(String groupId) {
        return database.read(s -> s.list(Fleet::readNode, NODE + "WHERE group_id = ? ORDER BY name_key", groupId));
    }

    /// Every node, for the memory of who was heard of last.
    public List<Node> everyone() {
        return database.read(s -> s.list(Fleet::readNode, NODE + "ORDER BY node_id"));
    }

    public boolean limit(String nodeId, int jobsLimit) {
        return database.write(
                s -> s.update("UPDATE node SET jobs_limit = ? WHERE node_id = ?", jobsLimit, nodeId) == 1);
    }

    /// Keeps what a node last said. Called now and then, not for each heartbeat.
    public void heard(String nodeId, Instant at, Instant started, String version, ObjectNode facts) {
        database.writeUnsynced(s -> s.update(
                "UPDATE node SET last_contact = ?, started = ?, version = ?, facts = ? WHERE node_id = ?",
                Micros.of(at),
                Micros.of(started),
                version,
                Json.write(facts),
                nodeId));
    }

    /// A node that is no more.
    ///
    /// @param how one of `deleted`, `cutOff`, `unregistered`, `expired`; a node that expired is listed until it is
    ///     removed or registers again
    /// @param who did it
    public record Departure(String nodeId, String name, String runtime, String how, String who, Instant at) {}

    /// What became of a node that is no more.
    public Optional<Departure> departure(String nodeId) {
        return database.read(s -> s.one(
                r -> new Departure(
                        r.getString(1),
                        r.getString(2),
                        r.getString(3),
                        r.getString(4),
                        r.getString(5),
                        Micros.time(r.getLong(6))),
                "SELECT node_id, name, runtime, how, who, at FROM node_departure WHERE node_id = ?",
                nodeId));
    }

    /// Notes with which of its group's keys a node came in.
    public void admitted(String nodeId, String groupId, int slot, int generation) {
        database.write(s -> s.update(
                "INSERT INTO node_admission (node_id, group_id, slot, generation) VALUES (?, ?, ?, ?) "
                        + "ON CONFLICT DO NOTHING",
                nodeId,
                groupId,
                slot,
                generation));
    }

    /// The nodes that came in with an older generation of a key than that.
    public List<Node> admittedBefore(String groupId, int slot, int generation) {
        return database.read(s -> s.list(
                Fleet::readNode,
                NODE + "WHERE group_id = ? AND node_id IN (SELECT node_id FROM node_admission WHERE group_id = ? AND "
                        + "slot = ? AND generation < ?) ORDER BY name_key",
                groupId,
                groupId,
                slot,
                generation));
    }

    /// The nodes that were not heard since then and may still speak.
    public List<Node> silentSince(Instant last) {
        return database.read(s -> s.list(
                Fleet::readNode,
                NODE + "WHERE last_contact < ? AND NOT EXISTS (SELECT 1 FROM node_departure d WHERE d.node_id = "
                        + "node.node_id) ORDER BY node_id",
                Micros.of(last)));
    }

    /// A node was silent for too long: it stays in the list and may not speak any more.
    ///
    /// @return whether it was not heard meanwhile
    public boolean expire(Node node, String by, Instant now) {
        return database.write(s -> {
            boolean expired = s.update(
                            "INSERT INTO node_departure (node_id, name, runtime, how, who, at) SELECT n.node_id, "
                                    + "n.name, g.runtime, 'expired', ?, ? FROM node n JOIN node_group g ON g.group_id = "
                                    + "n.group_id WHERE n.node_id = ? AND n.last_contact = ? ON CONFLICT DO NOTHING",
                            by,
                            Micros.of(now),
                            node.nodeId(),
                            Micros.of(node.lastContact()))
                    == 1;
            if (expired) {
                Documents.audit(s, by, "expire", "NODE", "", node.nodeId(), Micros.of(now));
            }
            return expired;
        });
    }

    /// Removes a node; its leases run out.
    public boolean remove(String nodeId, String by, Instant now) {
        return remove(nodeId, "deleted", by, now);
    }

    /// Removes a node; its leases run out.
    ///
    /// @param how see [Departure]
    public boolean remove(String nodeId, String how, String by, Instant now) {
        return database.write(s -> {
            s.update(
                    "INSERT INTO node_departure (node_id, name, runtime, how, who, at) SELECT n.node_id, n.name, "
                            + "g.runtime, ?, ?, ? FROM node n JOIN node_group g ON g.group_id = n.group_id "
                            + "WHERE n.node_id = ? ON CONFLICT DO NOTHING",
                    how,
                    by,
                    Micros.of(now),
                    nodeId);
            s.update("DELETE FROM node_admission WHERE node_id = ?", nodeId);
            boolean removed = s.update("DELETE FROM node WHERE node_id = ?", nodeId) == 1;
            if (removed) {
                Documents.audit(s, by, "delete", "NODE", "", nodeId, Micros.of(now));
            }
            return removed;
        });
    }

    private static Group readGroup(ResultSet r) throws SQLException {
        return new Group(
                r.getString(1), r.getString(2), r.getString(3), r.getInt(4), r.getInt(5), Micros.time(r.getLong(6)));
    }

    private static Node readNode(ResultSet r) throws SQLException {
        return new Node(
                r.getString(1),
                r.getString(2),
                r.getString(3),
                r.getString(4),
                r.getString(5),
                r.getString(6),
                r.getInt(7),
                r.getInt(8),
                Micros.time(r.getLong(9)),
                Micros.time(r.getLong(10)),
                Micros.time(r.getLong(11)),
                Runs.json(r.getString(12)));
    }
}
