package lockstep.coordinator.call;

import java.io.IOException;

/** Takes the floats behind an answer, on a thread of Hazelcast's, before the call is done. Never called once the call has failed. */
public interface FloatSink {
    /** How many must come; an answer with another number is refused unread. */
    int count();

    /** Takes exactly {@link #count} of them. */
    void readFrom(FloatsIn in) throws IOException;

    /** Of calls whose answer has none. */
    FloatSink NONE = new FloatSink() {
        @Override
        public int count() {
            return 0;
        }

        @Override
        public void readFrom(FloatsIn in) {}
    };
}
