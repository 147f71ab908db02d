package lockstep.deploy.command;

import picocli.CommandLine.Option;

import lockstep.common.UserError;
import lockstep.deploy.model.StoredModel;

/** How a text is cut for the model. */
final class WindowOptions {
    private static final int USUAL_CONTEXT = 1024;

    @Option(names = "--seq-len", paramLabel = "T",
        description = "Tokens of a sequence. Default: the model's context, at most " + USUAL_CONTEXT + ".")
    private Integer sequenceLength;

    @Option(names = "--stride", paramLabel = "S",
        description = "Predict each token once, by windows of T tokens that begin S tokens apart: each token sees at least T-S before it. Default: T where --by-document or --wikitext asks for windows.")
    private Integer stride;

    @Option(names = "--by-document",
        description = "Measure each document by itself: no token sees one before its document's end-of-text token. Default: one text.")
    private boolean byDocument;

    boolean given() {
        return sequenceLength != null || stride != null || byDocument;
    }

    /** Whether the text is measured to its last token. */
    boolean windows() {
        return stride != null || byDocument;
    }

    boolean byDocument() {
        return byDocument;
    }

    int T(StoredModel stored) {
        int T = sequenceLength == null ? Math.min(USUAL_CONTEXT, stored.shape().maxT()) : sequenceLength;
        Options.positive("--seq-len", T);
        if (T > stored.shape().maxT()) {
            throw new UserError(
                "--seq-len must be at most " + stored.shape().maxT() + ", the context of " + stored.file() + ", found " + T);
        }
        return T;
    }

    int stride(int T) {
        int S = stride == null ? T : stride;
        Options.inRange("--stride", S, 1, T);
        return S;
    }
}
