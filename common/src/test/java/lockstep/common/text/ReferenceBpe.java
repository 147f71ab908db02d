package lockstep.common.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * GPT-2's encoding by the book, slowly: a hand-written splitter and a merge of the lowest rank at a time. Knows nothing of the library but
 * its vocabulary.
 */
final class ReferenceBpe {
    private final Map<String, Integer> rankByBytes = new HashMap<>();

    ReferenceBpe(Tokenizer vocabulary) {
        for (int token = 0; token < vocabulary.endOfText(); token++) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            vocabulary.decode(token, bytes::write);
            rankByBytes.put(bytes.toString(StandardCharsets.ISO_8859_1), token);
        }
    }

    int[] encode(String text) {
        List<Integer> tokens = new ArrayList<>();
        int[] codePoints = text.codePoints().toArray();
        int at = 0;
        while (at < codePoints.length) {
            int end = pieceEnd(codePoints, at);
            merge(new String(new String(codePoints, at, end - at).getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1), tokens);
            at = end;
        }
        return tokens.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int pieceEnd(int[] text, int from) {
        for (String contraction : List.of("'s", "'t", "'re", "'ve", "'m", "'ll", "'d")) {
            if (startsWith(text, from, contraction)) {
                return from + contraction.length();
            }
        }
        int first = text[from] == ' ' && from + 1 < text.length && kind(text[from + 1]) != 's' ? from + 1 : from;
        int end = first;
        while (end < text.length && kind(text[end]) == kind(text[first])) {
            end++;
        }
        boolean leavesOneSpaceForTheNextWord = kind(text[first]) == 's' && end < text.length && end - from > 1;
        return leavesOneSpaceForTheNextWord ? end - 1 : end;
    }

    private static boolean startsWith(int[] text, int from, String prefix) {
        for (int i = 0; i < prefix.length(); i++) {
            if (from + i >= text.length || text[from + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static char kind(int codePoint) {
        String one = Character.toString(codePoint);
        if (one.matches("\\p{L}")) {
            return 'l';
        }
        if (one.matches("\\p{N}")) {
            return 'n';
        }
        return one.matches("\\p{IsWhite_Space}") ? 's' : 'o';
    }

    private void merge(String piece, List<Integer> tokens) {
        List<String> parts = new ArrayList<>(List.of(piece.split("(?s)(?<=.)")));
        while (true) {
            int best = Integer.MAX_VALUE;
            int bestAt = 0;
            for (int i = 0; i + 1 < parts.size(); i++) {
                int rank = rankByBytes.getOrDefault(parts.get(i) + parts.get(i + 1), Integer.MAX_VALUE);
                if (rank < best) {
                    best = rank;
                    bestAt = i;
                }
            }
            if (best == Integer.MAX_VALUE) {
                break;
            }
            parts.set(bestAt, parts.get(bestAt) + parts.remove(bestAt + 1));
        }
        parts.forEach(part -> tokens.add(rankByBytes.get(part)));
    }
}
