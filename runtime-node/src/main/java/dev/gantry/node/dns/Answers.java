package dev.gantry.node.dns;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Opcode;
import org.xbill.DNS.PTRRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.ReverseMap;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** Answers what is known here (RFC 1035); the rest is for other servers. */
final class Answers {
  /** A name that moves to another container is not remembered longer, in seconds. */
  private static final int LIFE = 1;

  private final NetworkNames names;
  private final RandomGenerator random;

  /**
   * @param random puts several addresses in another order each time
   */
  Answers(NetworkNames names, RandomGenerator random) {
    this.names = names;
    this.random = random;
  }

  /** The answer to a query; empty where nothing is known of the name. */
  Optional<Message> answer(Message query, Scope scope) {
    Record question = query.getQuestion();
    if (question == null || query.getHeader().getOpcode() != Opcode.QUERY) {
      return Optional.of(failure(query, Rcode.FORMERR));
    }
    if (question.getDClass() != DClass.IN) {
      return Optional.empty();
    }
    return question.getType() == Type.PTR
        ? ofAddress(query, question.getName(), scope)
        : ofName(query, question, scope);
  }

  /** An answer without an answer. */
  static Message failure(Message query, int code) {
    Message answer = reply(query);
    answer.getHeader().setRcode(code);
    return answer;
  }

  private Optional<Message> ofName(Message query, Record question, Scope scope) {
    String name = question.getName().toString(true).toLowerCase(Locale.ROOT);
    Set<String> found = names.addresses(scope.networks(), scope.links().getOrDefault(name, name));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Message answer = reply(query);
    // Of another type, or IPv6: the name is there, and has no such record.
    if (question.getType() == Type.A || question.getType() == Type.ANY) {
      List<String> addresses = new ArrayList<>(found);
      Collections.shuffle(addresses, random);
      for (String address : addresses) {
        InetAddress ip = InetAddress.ofLiteral(address);
        answer.addRecord(new ARecord(question.getName(), DClass.IN, LIFE, ip), Section.ANSWER);
      }
    }
    return Optional.of(answer);
  }

  private Optional<Message> ofAddress(Message query, Name reverse, Scope scope) {
    try {
      String address = ReverseMap.fromName(reverse).getHostAddress();
      return names
          .name(scope.networks(), address)
          .map(
              name -> {
                Message answer = reply(query);
                Name target = Name.fromConstantString(name + ".");
                answer.addRecord(new PTRRecord(reverse, DClass.IN, LIFE, target), Section.ANSWER);
                return answer;
              });
    } catch (UnknownHostException _) {
      // Not the name of an address.
      return Optional.empty();
    }
  }

  private static Message reply(Message query) {
    Message answer = new Message(query.getHeader().getID());
    answer.getHeader().setFlag(Flags.QR);
    answer.getHeader().setFlag(Flags.RA);
    if (query.getHeader().getFlag(Flags.RD)) {
      answer.getHeader().setFlag(Flags.RD);
    }
    if (query.getQuestion() != null) {
      answer.addRecord(query.getQuestion(), Section.QUESTION);
    }
    return answer;
  }
}
