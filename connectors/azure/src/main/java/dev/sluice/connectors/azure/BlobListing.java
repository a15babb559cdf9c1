package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.BlobContainer.Page;
import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.spi.FileEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The blobs below a prefix; a page is asked for when the one before is used up.
final class BlobListing extends AbstractSpliterator<FileEntry> {
    private final BlobContainer container;
    private final Scope scope;
    private final String prefix;
    private final boolean recursive;
    private Page page;
    private Iterator<FileEntry> files;

    BlobListing(BlobContainer container, Scope scope, String prefix, boolean recursive, Page first) {
        super(Long.MAX_VALUE, NONNULL | DISTINCT);
        this.container = container;
        this.scope = scope;
        this.prefix = prefix;
        this.recursive = recursive;
        this.page = first;
        this.files = first.files().iterator();
    }

    Stream<FileEntry> stream() {
        return StreamSupport.stream(this, false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super FileEntry> action) {
        while (!files.hasNext()) {
            if (page.next().isEmpty()) {
                return false;
            }
            try {
                page = container.page(scope, prefix, recursive, page.next().get());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            files = page.files().iterator();
        }
        action.accept(files.next());
        return true;
    }
}
