package lockstep.deploy.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import lockstep.common.exam.HellaSwagFile;
import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.model.ModelShape;
import lockstep.common.text.Tokenizer;
import lockstep.node.evaluate.MultipleChoice;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;
import lockstep.node.train.ChoiceExamination;
import lockstep.node.train.Examination;

/**
 * The questions of {@code --hellaswag}. Read before anything is trained, so that a mistake in the file costs nothing.
 *
 * @param T tokens of a row: the longest question, or the model's context
 */
record Exam(List<Example> questions, int T) {
    /** A question at a time, since the memory is the training's. */
    private static final int B = Example.ENDINGS;

    /** Nothing where the run asks nothing. */
    static Optional<Exam> of(RunConfig.Beside beside, RunConfig.What what) {
        return beside.exam().map(asked -> of(asked, what));
    }

    private static Exam of(RunConfig.ExamFile asked, RunConfig.What what) {
        List<Example> all = read(asked.file(), what);
        List<Example> questions = List.copyOf(all.subList(0, Math.min(asked.questions(), all.size())));
        return new Exam(questions, Math.min(what.shape().maxT(), MultipleChoice.longest(questions)));
    }

    private static List<Example> read(Path file, RunConfig.What what) {
        if (!HellaSwagFile.isText(file)) {
            return HellaSwagFile.read(file, what.shape().V());
        }
        if (!what.hasTokenizer()) {
            throw Expect.wrong("--hellaswag", file, "llm.c's hellaswag_val.bin, because no tokenizer has the " + what.shape().V()
                + " tokens of the model");
        }
        return HellaSwagFile.readText(file, Tokenizer.named(what.tokenizer()));
    }

    /** What it takes beside the training. */
    long bytes(ModelShape shape, int threads) {
        return Gpt2.activationBytes(shape, B, T, threads, Recompute.BLOCK);
    }

    /** @param params of the run, read anew at each examination */
    Examination on(ModelShape shape, float[] params, Workers workers) {
        Gpt2 gpt2 = new Gpt2(shape, B, T, params, workers, Recompute.BLOCK);
        return new ChoiceExamination(new MultipleChoice(gpt2::tokenLosses, B, T), questions);
    }
}
