package lockstep.deploy.command;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import lockstep.common.format.FileDescription;
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

    /**
     * @param subjects of the questions, in their order; empty where they have none
     * @param json where the numbers go, too; null for nowhere
     */
    void run(String task, List<Example> all, List<String> subjects, Path json) {
        List<Example> examples = all.subList(0, Math.min(setting.batches(), all.size()));
        ModelShape shape = setting.stored().shape();
        int B = setting.batch();
        int T = Math.min(shape.maxT(), MultipleChoice.longest(examples));
        float[] params = setting.stored().weights(Gpt2.activationBytes(shape, B, T, setting.threads(), Recompute.BLOCK));
        try (Workers workers = new Workers(setting.threads()); CountProgressBar bar = new CountProgressBar(task, examples.size())) {
            Gpt2 gpt2 = new Gpt2(shape, B, T, params, workers, Recompute.BLOCK);
            SubjectScores bySubject = new SubjectScores();
            MultipleChoice.Score score = new MultipleChoice(gpt2::tokenLosses, B, T).score(examples, new MultipleChoice.Listener() {
                @Override
                public void answered(int question, MultipleChoice.Answer answer) {
                    bySubject.answered(subjects.isEmpty() ? "" : subjects.get(question), examples.get(question).label(), answer);
                    bar.step();
                }

                @Override
                public boolean goesOn() {
                    return true;
                }
            });
            print(task, score, shape.maxT());
            print(bySubject);
            JsonFile.write(json, json(task, score, bySubject));
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

    private void print(SubjectScores bySubject) {
        if (bySubject.scores().isEmpty()) {
            return;
        }
        PrintWriter out = setting.out();
        for (SubjectScores.Score score : bySubject.scores()) {
            out.println(FileDescription.printable(String.format(Locale.ROOT,
                "  %-36s %5d questions, %.4f by mean loss, %.4f by summed loss", score.subject(), score.questions(),
                score.accuracyByMean(), score.accuracyBySum())));
        }
        out.printf(Locale.ROOT, "subjects    %d, mean of their accuracies %.4f by mean loss, %.4f by summed loss%n",
            bySubject.scores().size(),
            bySubject.mean(SubjectScores.Score::accuracyByMean), bySubject.mean(SubjectScores.Score::accuracyBySum));
        out.flush();
    }

    private static Map<String, Object> json(String task, MultipleChoice.Score score, SubjectScores bySubject) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("task", task);
        json.put("questions", score.questions());
        json.put("cut", score.cut());
        json.put("rightByMean", score.rightByMean());
        json.put("rightBySum", score.rightBySum());
        json.put("accuracyByMean", score.accuracyByMean());
        json.put("accuracyBySum", score.accuracyBySum());
        if (!bySubject.scores().isEmpty()) {
            json.put("meanOfSubjectsByMean", bySubject.mean(SubjectScores.Score::accuracyByMean));
            json.put("meanOfSubjectsBySum", bySubject.mean(SubjectScores.Score::accuracyBySum));
            json.put("subjects", bySubject.scores().stream().map(EvalQuestions::json).toList());
        }
        return json;
    }

    private static Map<String, Object> json(SubjectScores.Score score) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("subject", score.subject());
        json.put("questions", score.questions());
        json.put("rightByMean", score.rightByMean());
        json.put("rightBySum", score.rightBySum());
        json.put("accuracyByMean", score.accuracyByMean());
        json.put("accuracyBySum", score.accuracyBySum());
        return json;
    }
}
