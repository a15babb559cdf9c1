package dev.sluice.connectors.http;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.Documents;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.TreeReader;
import dev.sluice.data.trees.TreeSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// The rows of a service's pages, in one piece: where the next page is only the one before says.
final class RestSource implements Source {
    private final TreeMapping trees;
    private final PageSet pages;
    private final Schema schema;
    private final String address;

    private record Everything(String describe) implements Split {}

    static RestSource of(Endpoint endpoint, HttpLine line, JobContext job) {
        RequestSettings request = RequestSettings.ofSource(endpoint, RestService.of(endpoint));
        return new RestSource(
                new Pages(line, request, new Paging(endpoint, request), job.memory()),
                endpoint.trees(),
                request.address());
    }

    /// @param pages closed with the source
    /// @param trees what the columns are
    RestSource(PageSet pages, TreeMapping trees, String address) {
        this.pages = pages;
        this.trees = trees;
        this.address = address;
        boolean good = false;
        try {
            this.schema = TreeSchema.of(around -> new Walk(false), trees);
            good = true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (!good) {
                pages.close();
            }
        }
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Split> splits(int wanted) {
        return List.of(new Everything(address.replaceAll("\\?.*", "?…")));
    }

    @Override
    public Reader open(Split split, int[] columns, ReadContext context) {
        try {
            return new TreeReader(around -> new Walk(!around), trees, schema, columns, context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        pages.close();
    }

    /// Goes through the pages.
    private final class Walk implements Documents {
        private final boolean dropping;
        private int number = -1;
        private String place = "";
        private int current;
        private volatile long done;

        /// @param dropping whether pages are done with behind this walk
        Walk(boolean dropping) {
            this.dropping = dropping;
        }

        @Override
        public @Nullable JsonParser next() throws IOException {
            number++;
            if (dropping) {
                pages.drop(number);
            }
            Optional<Pages.Page> page = pages.page(number);
            if (page.isEmpty()) {
                return null;
            }
            place = page.get().address();
            done += current;
            current = page.get().body().length;
            return Json.parser(new java.io.ByteArrayInputStream(page.get().body()));
        }

        @Override
        public String place() {
            return place;
        }

        @Override
        public String format() {
            return "Json";
        }

        @Override
        public long bytesRead() {
            // Of a sample, what it is done with: a page that is larger than a sample is one nevertheless.
            return dropping ? pages.received() : done;
        }

        @Override
        public boolean failed() {
            return false;
        }

        @Override
        public void close() {
            // Ends a blocked read only when the reader itself is closed; the pages are the source's.
            if (dropping) {
                pages.close();
            }
        }
    }
}
