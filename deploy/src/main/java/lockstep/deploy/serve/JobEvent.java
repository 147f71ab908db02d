package lockstep.deploy.serve;

import java.util.List;

import lockstep.deploy.complete.CompletedToken;
import lockstep.deploy.complete.Completion;

/** What a request hears while it is answered: that the prompt of choice 0 was read, the parts of its text, then that it is whole, then those of choice 1 … */
sealed interface JobEvent {
    /** @param prompt its tokens, where their probabilities were asked for; else empty */
    record Read(int choice, List<CompletedToken> prompt) implements JobEvent {}

    /** A part of a choice's text. */
    record Text(int choice, String text, List<CompletedToken> tokens) implements JobEvent {}

    /** A choice is whole. */
    record Done(int choice, Completion completion) implements JobEvent {}

    /** All choices are. */
    record Ended() implements JobEvent {}

    /** The engine broke, or the time is over. */
    record Failed(ApiError error) implements JobEvent {}
}
