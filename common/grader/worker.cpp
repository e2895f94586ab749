#include "grader/worker.hpp"

#include <execinfo.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>
#include <stdexcept>

#include "grader/borrowed.hpp"
#include "grader/protocol.hpp"
#include "tensor/todo.hpp"

extern "C" const char __executable_start;  // set by the linker: where this program was loaded

namespace cnn::grader {
namespace {

std::uint64_t current_question = 0;

bool send_all(const char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t sent = send(judge_descriptor, data, size, MSG_NOSIGNAL);
        if (sent <= 0) return false;
        data += sent;
        size -= static_cast<std::size_t>(sent);
    }
    return true;
}

bool receive_all(char* data, std::size_t size) {
    while (size > 0) {
        const ssize_t got = recv(judge_descriptor, data, size, 0);
        if (got <= 0) return false;
        data += got;
        size -= static_cast<std::size_t>(got);
    }
    return true;
}

bool reply(Kind kind, std::string_view payload) {
    const FrameHeader header{.kind = kind, .question = current_question, .length = payload.size()};
    return send_all(reinterpret_cast<const char*>(&header), sizeof header) && send_all(payload.data(), payload.size());
}

// Tells the judge where it happened (or, when the judge has lost patience and sends SIGQUIT, where it is), then dies of
// the signal. Only async-signal-safe calls: backtrace() has been
// called once before, so that its library is loaded.
void report_crash(int signal_number) {
    std::array<void*, 32> frames;
    const int count = backtrace(frames.data(), static_cast<int>(frames.size()));
    std::array<std::uint64_t, 32> relative;
    for (int i = 0; i < count; ++i)
        relative[static_cast<std::size_t>(i)] = reinterpret_cast<std::uint64_t>(frames[static_cast<std::size_t>(i)]) -
                                                reinterpret_cast<std::uint64_t>(&__executable_start);
    reply(Kind::crashed, {reinterpret_cast<const char*>(relative.data()), static_cast<std::size_t>(count) * 8});
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void catch_crashes() {
    std::array<void*, 2> warm_up;
    backtrace(warm_up.data(), 2);
    static std::array<char, 64 * 1024> stack;  // a stack overflow leaves no other
    stack_t alternate{};
    alternate.ss_sp = stack.data();
    alternate.ss_size = stack.size();
    sigaltstack(&alternate, nullptr);
    struct sigaction action {};
    action.sa_handler = report_crash;
    action.sa_flags = SA_ONSTACK | SA_NODEFER;
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT}) sigaction(number, &action, nullptr);
}

std::vector<Function> table_with(const std::vector<Replacement>& replacements) {
    std::vector<Function> table;
    for (const Task& task : lab().tasks)
        for (Function function : task.functions) {
            for (const Replacement& replacement : replacements)
                if (replacement.address == function.address) function.invoke = replacement.invoke;
            table.push_back(std::move(function));
        }
    return table;
}

// One question: the place in the table, the seconds to spend on calling it, then the arguments. The answer: the result
// and the processor time of the shortest call.
bool answer(const std::vector<Function>& table, const std::string& bytes) {
    try {
        List question = std::get<List>(decode(bytes));
        const auto place = static_cast<std::size_t>(std::get<std::int64_t>(question.at(0)));
        const double budget = std::get<double>(question.at(1));
        question.erase(question.begin(), question.begin() + 2);
        asked_function = table.at(place).name;
        Outcome outcome = table.at(place).invoke(question, budget);
        std::cout.flush();
        std::fflush(nullptr);
        if (outcome.changed_argument >= 0)
            return reply(Kind::changed, std::string(1, static_cast<char>(outcome.changed_argument)));
        return reply(Kind::answer, encode(List{std::move(outcome.result), outcome.seconds}));
    } catch (const NotStarted& error) {
        return reply(Kind::not_started, error.task);
    } catch (const Borrowed& error) {
        return reply(Kind::borrowed, error.name);
    } catch (const std::bad_alloc&) {
        return reply(Kind::out_of_memory, "");
    } catch (const IndexError& error) {
        return reply(Kind::outside, error.what());
    } catch (const Error& error) {
        return reply(Kind::rejected, error.what());
    } catch (const std::exception& error) {
        return reply(Kind::threw, error.what());
    } catch (...) {
        return reply(Kind::threw, "something that is not a std::exception");
    }
}

}  // namespace

int serve(const std::vector<Replacement>& replacements) {
    poison_uninitialized = true;
    catch_crashes();
    const std::vector<Function> table = table_with(replacements);
    std::string greeting;
    for (const Function& function : table) greeting += function.name + " " + function.signature + "\n";
    if (!reply(Kind::hello, greeting)) {
        std::cerr << "This program answers the grader's questions; run ./lab check instead.\n";
        return 2;
    }
    FrameHeader header;
    while (receive_all(reinterpret_cast<char*>(&header), sizeof header)) {
        if (header.magic != FrameHeader::magic_number || header.length > longest_frame) return 3;
        std::string bytes(header.length, '\0');
        if (!receive_all(bytes.data(), bytes.size())) return 3;
        current_question = header.question;
        if (!answer(table, bytes)) return 3;
    }
    return 0;
}

}  // namespace cnn::grader
