package dev.sluice.node.agent.network;

import java.util.List;
import java.util.stream.Collectors;

/// What a walk found.
///
/// @param proxy through which it led; empty for a direct way
/// @param code of the failure in the diagnosis catalogue; empty when all is in order
/// @param rule what the network team must allow for this way to work
public record Walk(
        String target,
        String proxy,
        List<Step> steps,
        String code,
        String cause,
        List<String> resolution,
        String rule) {
    public Walk {
        steps = List.copyOf(steps);
        resolution = List.copyOf(resolution);
    }

    public boolean inOrder() {
        return code.isEmpty();
    }

    /// In one line, for the evidence of an error.
    public String summary() {
        return steps.stream()
                        .filter(step -> !step.outcome().equals(Step.NOT_TRIED))
                        .map(step -> step.hop() + " " + step.outcome() + " (" + step.millis() + " ms, " + step.detail()
                                + ")")
                        .collect(Collectors.joining("; "))
                + "; rule: " + rule;
    }
}
