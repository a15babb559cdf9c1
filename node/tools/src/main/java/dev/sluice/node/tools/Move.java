package dev.sluice.node.tools;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.node.agent.DurableFile;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;

/// Takes a node to another machine: its key and certificates as password-protected PKCS#12, and beside that file its
/// registration, which holds no secret. The caller holds the folder's lock.
public final class Move {
    private static final long MAX_FILE = 1 << 20;

    private final NodeFolder folder;
    private final InstantSource clock;

    public Move(NodeFolder folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /// `FILE.json` beside `FILE`.
    public static Path registrationOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".json");
    }

    /// Writes both files.
    ///
    /// @param move whether the node ends here: it must not run on two machines
    public NodeConfiguration write(Path file, char[] password, boolean move) {
        NodeConfiguration node = folder.configuration();
        byte[] pkcs12 = NodeKeys.load(folder.keys()).export(password);
        try {
            DurableFile.write(file, pkcs12);
            DurableFile.write(registrationOf(file), Wire.encode(node));
            if (move) {
                folder.end(node.nodeName(), NodeFolder.Ended.MOVED, clock.instant());
            }
        } catch (IOException e) {
            throw unreadable(file, e);
        }
        return node;
    }

    /// Makes this folder that node.
    ///
    /// @throws ProblemException [NodeFaults#ALREADY_REGISTERED], [NodeFaults#CERTIFICATE_INVALID] for a
    ///     wrong password
    public NodeConfiguration read(Path file, char[] password) {
        if (folder.isRegistered()) {
            NodeConfiguration there = folder.configuration();
            throw NodeFaults.ALREADY_REGISTERED.with("node", there.nodeName(), "service", there.service());
        }
        try {
            NodeConfiguration node = Wire.decode(small(registrationOf(file)), NodeConfiguration.class);
            byte[] pkcs12 = small(file);
            DurableFile.folder(folder.keys());
            NodeKeys.restore(folder.keys(), pkcs12, password);
            folder.write(node);
            return node;
        } catch (IOException e) {
            throw unreadable(file, e);
        }
    }

    private static byte[] small(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new IOException(file + " is larger than it can be");
        }
        return Files.readAllBytes(file);
    }

    private static ProblemException unreadable(Path file, IOException e) {
        return DocumentFaults.FILE_UNREADABLE
                .problem()
                .evidence("path", file)
                .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                .from(e)
                .exception();
    }
}
