package lockstep.coordinator.bench;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

import lockstep.coordinator.call.Codec;
import lockstep.coordinator.call.Lane;
import lockstep.coordinator.call.Service;

/** What rank 0 has the others do. */
final class BenchMessages {
    /** One part of a measured step, each ended on all ranks before the next begins. */
    enum Part {
        CONNECT, PREPARE, RAW, REDUCE, CHECK
    }

    record Order(Part part, int step) {}

    private static final Codec<Order> ORDER = new Codec<>() {
        @Override
        public void write(Order order, DataOutput out) throws IOException {
            out.writeByte(order.part().ordinal());
            out.writeInt(order.step());
        }

        @Override
        public Order read(DataInput in) throws IOException {
            int part = in.readUnsignedByte();
            if (part >= Part.values().length) {
                throw new IOException("part " + part);
            }
            return new Order(Part.values()[part], in.readInt());
        }
    };

    /** Answers with how many values were wrong. */
    static final Service<Order, Integer> ORDERS = new Service<>(1001, "a part of the benchmark", Lane.CONTROL, ORDER, Codec.number());
    /** Asks for the port that a rank's baseline listens on. */
    static final Service<Integer, Integer> RAW_PORT =
        new Service<>(1002, "the port of the baseline", Lane.CONTROL, Codec.number(), Codec.number());

    private BenchMessages() {}
}
