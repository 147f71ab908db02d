package lockstep.common.trace;

/** Messages of the exchange, each from its request to its last byte, for Flight Recorder and for a timeline. Any thread. */
public final class ExchangeTrace {
    private final TraceBuffer buffer;

    /** @param buffer keeps the timeline's spans */
    public ExchangeTrace(TraceBuffer buffer) {
        this.buffer = buffer;
    }

    /** A message under way. */
    public final class Message {
        private final ChunkEvent event = new ChunkEvent();
        private final long startNs = System.nanoTime();

        private Message(String peer, String kind, int chunks) {
            event.peer = peer;
            event.kind = kind;
            event.chunks = chunks;
            event.begin();
        }

        /**
         * It has arrived.
         *
         * @param lane tells those apart that are under way at the same time
         */
        public void arrived(int lane) {
            event.end();
            if (event.shouldCommit()) {
                event.commit();
            }
            if (buffer.isOn()) {
                buffer.span(event.kind + " from " + event.peer + " " + lane, event.chunks + " chunks", startNs, System.nanoTime());
            }
        }
    }

    /**
     * A request goes out.
     *
     * @param kind of chunks: partials or sums
     */
    public Message request(String peer, String kind, int chunks) {
        return new Message(peer, kind, chunks);
    }
}
