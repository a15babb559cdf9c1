package dev.sluice.service.app.nodes;

import dev.sluice.service.app.documents.Reseals;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.app.runs.ProgressBoard;
import dev.sluice.service.store.Store;
import java.time.InstantSource;

/// What the operations of nodes and of runtimes share.
record Fleetwide(
        Store store,
        Dispatcher dispatcher,
        ProgressBoard board,
        Members members,
        Expiry expiry,
        Sealing sealing,
        Reseals reseals,
        News news,
        Limits limits,
        InstantSource clock) {}
