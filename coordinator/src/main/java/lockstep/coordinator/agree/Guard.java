package lockstep.coordinator.agree;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import lockstep.coordinator.call.Deadline;

/**
 * The one lock of {@link NodeState}, which several classes hold parts of, and its one condition: something has changed. Who holds it may call what takes it again. Nothing that waits for another node is done under it.
 */
final class Guard {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    <T> T read(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Like {@link #read}, and wakes all that wait. */
    void change(Runnable action) {
        lock.lock();
        try {
            action.run();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a state that the generation's end brings about, too; returns at once where the thread is interrupted. */
    void await(BooleanSupplier state) {
        lock.lock();
        try {
            while (!state.getAsBoolean()) {
                changed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** @return whether the state came about before the deadline */
    boolean await(BooleanSupplier state, Deadline deadline) {
        lock.lock();
        try {
            while (!state.getAsBoolean()) {
                long ns = deadline.remainingNs();
                if (ns == 0) {
                    return false;
                }
                changed.await(ns, TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
