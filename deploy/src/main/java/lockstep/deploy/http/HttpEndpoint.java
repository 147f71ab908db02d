package lockstep.deploy.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import com.sun.net.httpserver.HttpServer;

import lockstep.common.UserError;

/**
 * An HTTP server whose connections, sizes and times are bounded. Each request runs on a virtual thread, so that a slow client holds up nobody else, and the
 * cores stay the training's.
 */
public final class HttpEndpoint implements AutoCloseable {
    private static final int ANSWER_SECONDS = 30;

    static {
        // The JDK's server has no other way to be told, and reads them once. What the JVM's own command line says wins.
        bound("jdk.httpserver.maxConnections", 2048);
        // of connections that wait for their clients' next request: by itself the JDK keeps 200 and hangs up on the others, maybe while a request is on its way
        bound("sun.net.httpserver.maxIdleConnections", 1024);
        // seconds: longer than clients keep connections (the JDK's 30), for the same reason
        bound("sun.net.httpserver.idleInterval", 75);
        bound("sun.net.httpserver.maxReqHeaders", 64);
        bound("sun.net.httpserver.maxReqHeaderSize", 16 << 10);
        // of a body that is refused, read before the connection ends: else its sender, still at it, finds a broken connection and not the answer
        bound("sun.net.httpserver.drainAmount", 64 << 20);
        // seconds
        bound("sun.net.httpserver.maxReqTime", 10);
        bound("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
        if (System.getProperty("sun.net.httpserver.nodelay") == null) {
            // else a small answer waits 40 ms for the client's acknowledgement
            System.setProperty("sun.net.httpserver.nodelay", "true");
        }
    }

    /** Connections that may come at once: of more than that, some are made seconds later. By itself the JDK takes 50, and a thousand clients took 16 s to connect. */
    private static final int BACKLOG = 1024;

    private final HttpServer server;
    private final ExecutorService threads;

    private HttpEndpoint(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /** Listens from now on at the port that {@code --http-port} named, for whoever calls it by its address. */
    public static HttpEndpoint open(HttpAddress address, List<Route> routes) {
        return open(new Options("--http-port", "--http-bind"), address, routes, GateRules.PLAIN);
    }

    /**
     * What named port and address, for messages.
     *
     * @param port as in {@code --http-port}
     * @param bind as in {@code --http-bind}
     */
    public record Options(String port, String bind) {}

    /**
     * Listens from now on.
     *
     * @param address port 0 for any free one; a name is also one that clients may call
     * @throws UserError when the address is not ours or the port is taken
     */
    public static HttpEndpoint open(Options options, HttpAddress address, List<Route> routes, GateRules rules) {
        InetSocketAddress local = address.resolve(options.bind());
        try {
            HttpServer server = HttpServer.create(local, BACKLOG);
            ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
            server.setExecutor(threads);
            server.createContext("/", new Gate(routes, rules.with(rules.hosts().and(address.host()))));
            server.start();
            return new HttpEndpoint(server, threads);
        } catch (IOException e) {
            throw new UserError(options.port() + ": " + address + " can't be listened on (" + e.getMessage()
                + "), expected a free port and an address of this machine", e);
        }
    }

    /** A stream of what a feed has to tell, by ids. It ends by itself after two thirds of what an answer may take. */
    public static Route events(String path, EventFeed feed) {
        long seconds = Math.max(1, Integer.getInteger("sun.net.httpserver.maxRspTime", ANSWER_SECONDS) * 2L / 3);
        return Route.get(path, new EventStream(feed, Duration.ofSeconds(seconds), System::nanoTime));
    }

    /**
     * Lets an answer of this process take longer than usual. Has to come before the first endpoint opens, since the JDK reads its bounds once.
     *
     * @param seconds at least so long; a larger bound of the JVM's command line stays
     */
    public static void allowAnswers(int seconds) {
        int now = Integer.getInteger("sun.net.httpserver.maxRspTime", ANSWER_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(Math.max(now, seconds)));
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Answers no more; requests under way are dropped. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private static void bound(String property, int value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, Integer.toString(value));
        }
    }
}
