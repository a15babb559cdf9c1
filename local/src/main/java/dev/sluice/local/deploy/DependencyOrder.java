package dev.sluice.local.deploy;

import dev.sluice.model.Document;
import dev.sluice.model.Mention;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Puts documents in an order in which each comes after those it refers to, kinds in their own order where nothing
/// else decides. A circle, which validation tells of, is cut somewhere.
final class DependencyOrder {
    private final Map<String, Document> byKey = new LinkedHashMap<>();
    private final Set<String> done = new LinkedHashSet<>();
    private final List<Document> order = new ArrayList<>();

    private DependencyOrder(Collection<Document> documents) {
        documents.stream().sorted((a, b) -> a.kind().compareTo(b.kind())).forEach(d -> byKey.put(Resource.key(d), d));
    }

    static List<Document> of(Collection<Document> documents) {
        DependencyOrder order = new DependencyOrder(documents);
        order.byKey.values().forEach(order::add);
        return order.order;
    }

    private void add(Document document) {
        if (!done.add(Resource.key(document))) {
            return;
        }
        for (String key : mentioned(document)) {
            Document target = byKey.get(key);
            if (target != null) {
                add(target);
            }
        }
        order.add(document);
    }

    static List<String> mentioned(Document document) {
        List<String> keys = new ArrayList<>();
        Mention.all(document).forEach(m -> keys.add(Resource.key(m.kind(), m.name())));
        int slash = document.name().indexOf('/');
        if (slash > 0) {
            keys.add(Resource.key(
                    dev.sluice.model.DocumentKind.MANAGED_VIRTUAL_NETWORK,
                    document.name().substring(0, slash)));
        }
        return keys;
    }

    /// Keys of everything that a document leads to, directly or by way of others, itself included.
    static Set<String> reached(Document from, Map<String, Document> all) {
        Set<String> reached = new LinkedHashSet<>(List.of(Resource.key(from)));
        List<Document> open = new ArrayList<>(List.of(from));
        while (!open.isEmpty()) {
            for (String key : mentioned(open.removeLast())) {
                Document target = all.get(key);
                if (reached.add(key) && target != null) {
                    open.add(target);
                }
            }
        }
        return reached;
    }
}
