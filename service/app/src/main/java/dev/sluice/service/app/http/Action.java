package dev.sluice.service.app.http;

/// What an operation does. Called on a virtual thread of the request; may block. Throws
/// [dev.sluice.diagnosis.ProblemException] or [RefusedException] for what is wrong with the request.
public interface Action {
    Answer answer(Call call);
}
