package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.expression.Expressions;
import dev.sluice.model.Place;

/// Asks an Until after each pass whether it has been enough.
final class Until {
    /// Most passes; a bound for loops whose condition never comes true.
    static final int MAX_PASSES = 1_000_000;

    private final Scopes.On scopes;

    Until(Scopes.On scopes) {
        this.scopes = scopes;
    }

    /// @param pass the one that is over; its activities can still be read
    boolean fulfilled(Spot until, Frame pass) {
        Place written = until.activity().typeProperties().member("expression");
        Place evaluated = new Place(
                Expressions.evaluate(written.json(), scopes.at(pass).activity(), written.pointer()), written.pointer());
        boolean enough = evaluated.flag().orElseThrow(() -> evaluated.invalid("true or false"));
        if (!enough && pass.index() + 1 >= MAX_PASSES) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(until.activity().place().pointer())
                    .evidence("what", "The number of passes of the loop")
                    .evidence("value", pass.index() + 2)
                    .evidence("limit", MAX_PASSES)
                    .exception();
        }
        return enough;
    }
}
