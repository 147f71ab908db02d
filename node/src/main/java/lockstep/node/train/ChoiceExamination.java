package lockstep.node.train;

import java.util.List;
import java.util.Optional;

import lockstep.common.format.MultipleChoiceFile.Example;
import lockstep.node.evaluate.MultipleChoice;
import lockstep.node.evaluate.MultipleChoice.Answer;
import lockstep.node.evaluate.MultipleChoice.Score;

/**
 * The same questions at each examination.
 *
 * @param choice on the weights that are trained, with activations of its own: it leaves the training's alone
 */
public record ChoiceExamination(MultipleChoice choice, List<Example> questions) implements Examination {
    @Override
    public Optional<Score> examine(StopFlag stop, StepListener listener) {
        Score score = choice.score(questions, new MultipleChoice.Listener() {
            @Override
            public void answered(int question, Answer answer) {
                listener.answered(question + 1, questions.size());
            }

            @Override
            public boolean goesOn() {
                return !stop.raised();
            }
        });
        return score.questions() == questions.size() ? Optional.of(score) : Optional.empty();
    }
}
