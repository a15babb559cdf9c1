package dev.sluice.connectors.files;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Says what the operating system's errors mean for one store.
///
/// @param store the linked service's name
record FileProblems(Kind side, String store) {
    /// @param path as the user knows it
    /// @param action what the node may not do, if that is it: `read`, `write`, `delete`
    ProblemException named(IOException e, String path, String action) {
        String reason = reason(e);
        if (reason.contains("No space left") || reason.contains("quota exceeded")) {
            return diskFull(e, path, 0);
        }
        if (e instanceof NoSuchFileException) {
            return about(DataFaults.FILE_MISSING, path).from(e).exception();
        }
        if (e instanceof AccessDeniedException
                || reason.contains("Permission denied")
                || reason.contains("Operation not permitted")
                || reason.contains("Read-only file system")) {
            return about(DataFaults.FILE_FORBIDDEN, path)
                    .evidence("action", action)
                    .evidence("user", System.getProperty("user.name"))
                    .evidence("detail", reason)
                    .from(e)
                    .exception();
        }
        return about(DataFaults.FILE_FAILED, path)
                .evidence("action", action)
                .evidence("detail", reason)
                .from(e)
                .exception();
    }

    /// A write failed; where the device is full, says how full.
    ProblemException writing(IOException e, String path, Path folder) {
        String reason = reason(e);
        if (reason.contains("No space left") || reason.contains("quota exceeded")) {
            return diskFull(e, path, free(folder));
        }
        return named(e, path, "write");
    }

    private ProblemException diskFull(IOException e, String path, long free) {
        return about(DataFaults.DISK_FULL, path)
                .evidence("free", free)
                .evidence("detail", reason(e))
                .from(e)
                .exception();
    }

    private static long free(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException unknown) {
            return 0;
        }
    }

    ProblemException missing(String path) {
        return about(DataFaults.FILE_MISSING, path).exception();
    }

    ProblemException outside(String path) {
        return DataFaults.PATH_OUTSIDE
                .problem()
                .evidence("path", path)
                .evidence("store", store)
                .exception();
    }

    private Problem.Builder about(Fault fault, String path) {
        return fault.problem().on(side).evidence("path", path).evidence("store", store);
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
        return reason != null ? reason : e.getClass().getSimpleName().replace("Exception", "");
    }
}
