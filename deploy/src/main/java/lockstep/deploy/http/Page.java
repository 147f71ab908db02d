package lockstep.deploy.http;

/** What a route answers: whole, in memory. */
public record Page(String contentType, byte[] body) {}
