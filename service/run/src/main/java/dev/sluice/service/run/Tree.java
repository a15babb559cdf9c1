package dev.sluice.service.run;

import dev.sluice.model.Activity;
import dev.sluice.model.InnerLists;
import dev.sluice.model.Pipeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Which frames a run has: follows from the pipeline and from what its containers know. Inner lists are read from the
/// document when they are first needed.
final class Tree {
    private final Frame root;
    private final Function<String, @Nullable ActivityState> states;
    private final Map<String, Block> blocks = new HashMap<>();

    /// @param states by path, as they are when asked
    Tree(Pipeline pipeline, Function<String, @Nullable ActivityState> states) {
        this.root = new Frame(null, -1, Block.of(pipeline.activities()), null);
        this.states = states;
    }

    Frame root() {
        return root;
    }

    /// Whether the pipeline has containers at all.
    boolean nested() {
        return root.block().activities().stream()
                .anyMatch(a -> !InnerLists.of(a.place()).isEmpty());
    }

    /// A container's list, worked through once.
    Frame branch(Spot container, int list) {
        return new Frame(container, -1, block(container.activity(), list), null);
    }

    Frame iteration(Spot loop, int index, JsonNode item) {
        return new Frame(loop, index, block(loop.activity(), 0), item);
    }

    Frame pass(Spot until, int pass) {
        return new Frame(until, pass, block(until.activity(), 0), null);
    }

    /// The frames inside a container that are being worked through.
    List<Frame> inside(Spot container) {
        ActivityState state = states.apply(container.path());
        return switch (state == null ? null : state.body()) {
            case null -> List.of();
            case Body.Branch branch -> List.of(branch(container, branch.list()));
            case Body.Passes passes -> List.of(pass(container, passes.pass()));
            case Body.Loop loop ->
                loop.running().entrySet().stream()
                        .map(e -> iteration(container, e.getKey(), e.getValue()))
                        .toList();
        };
    }

    /// All frames that are being worked through, inner ones before those around them.
    List<Frame> frames() {
        List<Frame> frames = new ArrayList<>();
        collect(root, frames);
        return frames;
    }

    private void collect(Frame frame, List<Frame> frames) {
        for (Spot spot : frame.spots()) {
            inside(spot).forEach(inner -> collect(inner, frames));
        }
        frames.add(frame);
    }

    /// The activity with that path, if its frame is being worked through.
    Optional<Spot> find(String path) {
        return find(root, path);
    }

    /// Names may look like iterations, so every container that a path may lead through is tried.
    private Optional<Spot> find(Frame frame, String rest) {
        for (Spot spot : frame.spots()) {
            String name = spot.activity().name();
            if (rest.equals(name)) {
                return Optional.of(spot);
            }
            if (rest.startsWith(name)) {
                for (Frame inner : inside(spot)) {
                    String step = inner.index() < 0 ? name + "/" : name + "[" + inner.index() + "]/";
                    Optional<Spot> found =
                            rest.startsWith(step) ? find(inner, rest.substring(step.length())) : Optional.empty();
                    if (found.isPresent()) {
                        return found;
                    }
                }
            }
        }
        return Optional.empty();
    }

    /// Whether a frame is still being worked through.
    boolean open(Frame frame) {
        Spot owner = frame.owner();
        if (owner == null) {
            return true;
        }
        ActivityState state = states.apply(owner.path());
        boolean here = switch (state == null ? null : state.body()) {
            case null -> false;
            case Body.Branch branch -> true;
            case Body.Passes passes -> passes.pass() == frame.index();
            case Body.Loop loop -> loop.running().containsKey(frame.index());
        };
        return here && open(owner.frame());
    }

    private Block block(Activity container, int list) {
        var lists = InnerLists.of(container.place());
        if (list >= lists.size() || lists.get(list).json() instanceof MissingNode) {
            return Block.of(List.of());
        }
        var place = lists.get(list);
        return blocks.computeIfAbsent(
                place.pointer(),
                p -> Block.of(place.items().stream().map(Activity::of).toList()));
    }
}
