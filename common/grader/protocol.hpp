// What judge and worker say to each other over one socket.
//
// A frame is a magic number, a kind, the number of the question it belongs to, and a length, then that many bytes.
// The worker greets with `hello` (the signatures of its table); then the judge asks and the worker answers, in turn.
#pragma once
#include <cstdint>
#include <string>
#include <type_traits>

namespace cnn::grader {

enum class Kind : std::uint32_t {
    hello,          // worker → judge: one line "name signature" a function
    question,       // judge → worker: a List, the function's place in the table, seconds to spend, its arguments
    answer,         // a List: the result, and the seconds of processor time of the shortest call
    not_started,    // the number of the task
    borrowed,       // the operator of the networks' table that was called, though the lab teaches it
    threw,          // what an exception said
    rejected,       // the same, where the exception is one of the library's: wrong shapes
    outside,        // the same, where the bounds check of a tensor threw it: in a build without, nobody would
    out_of_memory,  // nothing
    changed,        // the place of the argument that was changed, one byte
    crashed,        // program counters relative to the executable, 8 bytes each; the worker dies of its signal next
};

struct FrameHeader {
    static constexpr std::uint32_t magic_number = 0x4c414231;  // "LAB1"
    std::uint32_t magic = magic_number;
    Kind kind{};
    std::uint64_t question = 0;
    std::uint64_t length = 0;
};
static_assert(std::is_trivially_copyable_v<FrameHeader> && sizeof(FrameHeader) == 24);

// A photo of a large camera, which `lab call` may be given; a longer frame is garbage. While judging, the limit is
// lower (WorkerLimits::frame).
inline constexpr std::uint64_t longest_frame = std::uint64_t{1} << 30;

// The descriptor a worker finds its judge at.
inline constexpr int judge_descriptor = 3;
// Where the launcher says why it cannot start the worker. It closes when the worker begins, which never has it.
inline constexpr int launch_descriptor = 4;

}  // namespace cnn::grader
