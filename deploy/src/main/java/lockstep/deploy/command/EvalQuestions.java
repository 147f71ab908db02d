package lockstep.deploy.command;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.common.model.ModelShape;
import lockstep.node.evaluate.MultipleChoice;
import lockstep.node.model.Gpt2;
import lockstep.node.model.Recompute;
import lockstep.node.parallel.Workers;

/** Has a model answer questions. */
final class EvalQuestions {
    private final EvalSetting setting;

    EvalQuestions(EvalSetting setting) {
        this.setting = setting;
    }

    void run(String task, List<Example> all) {
        List<Example> examples = all.subList(0, Math.min(setting.batches(), all.size()));
        ModelShape shape = setting.stored().shape();
        int B = setting.batch();
        int T = Math.min(shape.maxT(), MultipleChoice.longest(examples));
        float[] params = setting.stored().weights(Gpt2.activationBytes(shape, B, T, setting.threads(), Recompute.BLOCK));
        try (Workers workers = new Workers(setting.threads()); CountProgressBar bar = new CountProgressBar(task, examples.size())) {
            Gpt2 gpt2 = new Gpt2(shape, B, T, params, workers, Recompute.BLOCK);
            MultipleChoice.Score score = new MultipleChoice(gpt2::tokenLosses, B, T).score(examples, new MultipleChoice.Listener() {
                @Override
                public void answered(int question, MultipleChoice.Answer answer) {
                    bar.step();
                }

                @Override
                public boolean goesOn() {
                    return true;
                }
            });
            print(task, score, shape.maxT());
        }
    }

    private void print(String task, MultipleChoice.Score score, int context) {
        PrintWriter out = setting.out();
        out.printf(Locale.ROOT, "%-11s %d questions%n", task, score.questions());
        if (score.cut() > 0) {
            out.printf(Locale.ROOT, "cut         %d of them to their newest tokens, since the model reads %d%n", score.cut(), context);
        }
        out.printf(Locale.ROOT, "accuracy    %.4f by mean loss (%d right), %.4f by summed loss (%d right)%n", score.accuracyByMean(),
            score.rightByMean(), score.accuracyBySum(), score.rightBySum());
        out.flush();
    }
}
