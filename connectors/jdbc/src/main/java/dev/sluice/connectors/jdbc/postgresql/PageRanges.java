package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.Catalog.Relation;
import java.util.ArrayList;
import java.util.List;

/// Cuts tables into ranges of pages (`ctid`), which the server reads as such from version 14 on. Every row lies on one
/// page; the last range is open, so that none is lost whatever the table's size was when asked.
final class PageRanges {
    /// Pieces for each concurrent reader, so that a slow one does not hold up the rest.
    private static final int PIECES_PER_READER = 4;

    /// 8 MB in pages of 8 kB: less is not worth a statement of its own.
    private static final long FEWEST_PAGES = 1_024;

    private PageRanges() {}

    /// @param ranged whether the server can read a range of pages; otherwise every table is one piece
    static List<PostgresSplit> of(List<Relation> relations, int wanted, boolean ranged) {
        long pages = relations.stream().mapToLong(Relation::pages).sum();
        long piece = Math.max(FEWEST_PAGES, pages / ((long) Math.max(wanted, 1) * PIECES_PER_READER) + 1);
        List<PostgresSplit> splits = new ArrayList<>();
        for (Relation r : relations) {
            cut(r, ranged && r.isPaged() ? piece : Long.MAX_VALUE, splits);
        }
        return splits;
    }

    private static void cut(Relation r, long piece, List<PostgresSplit> into) {
        String table = r.name().sql();
        if (r.pages() <= piece) {
            into.add(new PostgresSplit(r.name().toString(), "ONLY " + table));
            return;
        }
        for (long from = 0; from < r.pages(); from += piece) {
            boolean last = r.pages() - from <= piece;
            String lower = from == 0 ? "" : "ctid >= '(" + from + ",0)'::tid";
            String upper = last ? "" : "ctid < '(" + (from + piece) + ",0)'::tid";
            String and = lower.isEmpty() || upper.isEmpty() ? "" : " AND ";
            into.add(new PostgresSplit(
                    r.name() + " pages " + from + "–" + (last ? "end" : String.valueOf(from + piece - 1)),
                    "ONLY " + table + " WHERE " + lower + and + upper));
        }
    }
}
