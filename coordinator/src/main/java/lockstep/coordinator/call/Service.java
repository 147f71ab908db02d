package lockstep.coordinator.call;

/**
 * One kind of request.
 *
 * @param id on the wire, one for each kind
 * @param name for messages to people
 */
public record Service<Q, A>(int id, String name, Lane lane, Codec<Q> question, Codec<A> answer) {}
