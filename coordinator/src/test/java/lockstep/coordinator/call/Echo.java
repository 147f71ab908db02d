package lockstep.coordinator.call;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import lockstep.coordinator.member.Peer;

/** A service that answers what it was asked, with as many floats as that has letters; "throw", "wait" and "refuse" do as they say. */
final class Echo implements Handler<String, String> {
    static final Codec<String> TEXT = new Codec<>() {
        @Override
        public void write(String message, DataOutput out) throws IOException {
            out.writeUTF(message);
        }

        @Override
        public String read(DataInput in) throws IOException {
            return in.readUTF();
        }
    };
    static final Service<String, String> SERVICE = new Service<>(77, "an echo", Lane.CONTROL, TEXT, TEXT);

    final List<String> asked = new CopyOnWriteArrayList<>();
    final CountDownLatch release = new CountDownLatch(1);

    @Override
    public Answer<String> answer(Peer caller, String question, Deadline deadline) {
        asked.add(question);
        return switch (question) {
            case "throw" -> throw new IllegalStateException("a defect");
            case "error" -> throw new StackOverflowError();
            case "refuse" -> Answer.no(Failure.Kind.STALE, "that is over");
            case "wait" -> {
                try {
                    release.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                yield new Answer.Value<>("late");
            }
            case "floats" -> new Answer.WithFloats<>("six", new FloatSource() {
                @Override
                public int count() {
                    return 6;
                }

                @Override
                public void writeTo(FloatsOut out) {
                    out.put(new float[] {0, 1, 2, 3, 4, 5, 6, 7}, 1, 6);
                }
            });
            default -> new Answer.Value<>(question);
        };
    }
}
