package dev.sluice.data.packing;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/// The files within a file, in their order. Names are used in messages only, never as a path.
public interface Members extends AutoCloseable {
    /// Files that an archive may hold.
    int MOST = 100_000;

    /// Goes on to the next member.
    ///
    /// @return false when there is none
    boolean next() throws IOException;

    /// The current member's name; empty when the file is its only member.
    String name();

    /// The current member's bytes. Ends with it; closing it does nothing.
    InputStream content();

    /// Closes the file.
    @Override
    void close() throws IOException;

    /// The file as its own and only member.
    static Members one(InputStream file) {
        return new Members() {
            private boolean given;

            @Override
            public boolean next() {
                boolean first = !given;
                given = true;
                return first;
            }

            @Override
            public String name() {
                return "";
            }

            @Override
            public InputStream content() {
                return file;
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }

    static Members of(ZipInputStream zip) {
        return new Members() {
            private String name = "";
            private int count;

            @Override
            public boolean next() throws IOException {
                ZipEntry entry = zip.getNextEntry();
                while (entry != null && entry.isDirectory()) {
                    entry = counted(zip.getNextEntry());
                }
                name = entry == null ? "" : shown(entry.getName());
                return counted(entry) != null;
            }

            private @org.jspecify.annotations.Nullable ZipEntry counted(
                    @org.jspecify.annotations.Nullable ZipEntry entry) throws IOException {
                count++;
                limit(count);
                return entry;
            }

            @Override
            public String name() {
                return name;
            }

            @Override
            public InputStream content() {
                return new FilterInputStream(zip) {
                    @Override
                    public void close() {
                        // The archive goes on.
                    }
                };
            }

            @Override
            public void close() throws IOException {
                zip.close();
            }
        };
    }

    /// Refuses the member of that number when there are too many.
    static void limit(int count) throws IOException {
        if (count > MOST) {
            throw new IOException("more than " + MOST + " members");
        }
    }

    /// A member's name as it may stand in a message: it comes from the file, so nothing that steers a terminal.
    static String shown(String name) {
        String cut = name.length() > 200 ? name.substring(0, 200) + "…" : name;
        return cut.replaceAll("\\p{Cntrl}", "?");
    }
}
