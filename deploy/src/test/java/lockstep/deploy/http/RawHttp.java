package lockstep.deploy.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Requests as no decent client would send them. */
public final class RawHttp {
    private static final int PATIENCE_MS = 20_000;

    private RawHttp() {}

    /** Sends this and reads until the other side closes. */
    static String exchange(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Sends this and reads the first line of the answer, then hangs up. */
    static String firstLine(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
        }
    }

    /** Asks for a path by a name of the host and returns the code of the answer. */
    public static int codeBy(String host, int port, String path) throws IOException {
        return code(exchange(port, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"));
    }

    /** With the Host header of a decent client. */
    static String request(int port, String line, String... headers) throws IOException {
        StringBuilder text =
            new StringBuilder(line).append(" HTTP/1.1\r\nHost: 127.0.0.1:").append(port).append("\r\nConnection: close\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return exchange(port, text.append("\r\n").toString());
    }

    static int code(String reply) {
        return Integer.parseInt(reply.substring("HTTP/1.1 ".length(), "HTTP/1.1 200".length()));
    }

    static String body(String reply) {
        return reply.substring(reply.indexOf("\r\n\r\n") + 4);
    }
}
