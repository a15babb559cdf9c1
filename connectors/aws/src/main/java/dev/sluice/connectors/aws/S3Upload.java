package dev.sluice.connectors.aws;

import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.remote.objects.PartedOutput;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// A multipart upload, begun with its first part. At most 10,000 parts, of which all but the last have 5 MiB or
/// more; sizes double after every 1,000, so that Amazon's 5 TiB fit.
final class S3Upload implements PartedOutput.Upload {
    private static final int MOST_PARTS = 10_000;
    private static final int SAME_SIZE = 1_000;
    private static final int FIRST = 8 << 20;
    private static final int LARGEST = 2_000 << 20;

    private final S3Bucket bucket;
    private final String key;
    private final FileAttributes attributes;
    private final Calls calls;
    private final Map<Integer, String> etags = new ConcurrentHashMap<>();
    private @Nullable String id;

    S3Upload(S3Bucket bucket, String key, FileAttributes attributes, Calls calls) {
        this.bucket = bucket;
        this.key = key;
        this.attributes = attributes;
        this.calls = calls;
    }

    @Override
    public int size(int part) {
        if (part >= MOST_PARTS) {
            throw bucket.problems().transferFailed(key, "write", "an object has at most " + MOST_PARTS + " parts");
        }
        return (int) Math.min(LARGEST, (long) FIRST << Math.min(part / SAME_SIZE, 30));
    }

    private synchronized String begun(Scope scope) throws IOException {
        String known = id;
        if (known == null) {
            known = bucket.begin(scope, key, attributes);
            id = known;
        }
        return known;
    }

    @Override
    public void send(Scope scope, int part, byte[] bytes, int length) throws IOException {
        etags.put(part, bucket.send(scope, key, begun(scope), part + 1, bytes, length));
    }

    /// An upload without parts cannot be completed: an empty object is put.
    @Override
    public boolean complete(Scope scope, int parts) throws IOException {
        boolean isNew = bucket.find(scope, key).isEmpty();
        if (parts == 0) {
            bucket.putEmpty(scope, key, attributes);
            return isNew;
        }
        List<String> all = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            all.add(etags.getOrDefault(i, ""));
        }
        bucket.complete(scope, key, begun(scope), all);
        return isNew;
    }

    @Override
    public void remove(Scope scope) throws IOException {
        bucket.delete(scope, key);
    }

    @Override
    public void abandon() {
        String upload;
        synchronized (this) {
            upload = id;
        }
        if (upload == null) {
            return;
        }
        try (Scope ending = calls.scope()) {
            bucket.abort(ending, key, upload);
        } catch (IOException | ProblemException e) {
            // Its parts are invisible, and the bucket's life-cycle rule removes them.
            System.getLogger(S3Upload.class.getName())
                    .log(System.Logger.Level.WARNING, "could not end the upload of " + key + ": " + e.getMessage());
        }
    }
}
