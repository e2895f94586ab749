// The tile against plain loops, and its machine code against the wish that its sums stay in registers.
#include "kernels/tile.hpp"

#include <array>
#include <boost/test/data/test_case.hpp>
#include <cstdio>
#include <regex>

#include "kernels/reference.hpp"

using namespace cnn;
using namespace cnn::kernels;
using namespace cnn::kernels::reference;

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__OPTIMIZE__)
constexpr bool plain_build = false;
#else
constexpr bool plain_build = true;
#endif

struct Instruction {
    unsigned long address;
    std::string text;
};

// What objdump shows of the function; empty without objdump, or without the function.
std::vector<Instruction> disassemble(const std::string& symbol) {
    const std::string command =
        "objdump -d --no-show-raw-insn --disassemble=" + symbol + " " KERNELS_LIBRARY " 2>/dev/null";
    std::vector<Instruction> code;
    std::FILE* pipe = popen(command.c_str(), "r");
    std::array<char, 512> line{};
    while (pipe && std::fgets(line.data(), line.size(), pipe)) {
        unsigned long address = 0;
        int length = 0;
        if (std::sscanf(line.data(), " %lx:%n", &address, &length) == 1 && length)
            code.push_back({address, line.data() + length});
    }
    if (pipe) pclose(pipe);
    return code;
}

struct Loop {
    int multiply_adds = 0, stack_moves = 0;
};
// The innermost loop with the most multiply-adds.
Loop busiest_loop(const std::vector<Instruction>& code) {
    static const std::regex jump(R"(\bj\w+\s+([0-9a-f]+))"), stack(R"(mm\d+.*\(%r[sb]p|\(%r[sb]p.*mm\d+)");
    Loop best;
    std::size_t shortest = code.size() + 1;
    for (std::size_t end = 0; end < code.size(); ++end) {
        std::smatch match;
        if (!std::regex_search(code[end].text, match, jump)) continue;
        const unsigned long target = std::stoul(match[1], nullptr, 16);
        if (target >= code[end].address) continue;
        Loop loop;
        std::size_t length = 0;
        for (std::size_t i = end + 1; i-- > 0 && code[i].address >= target; ++length) {
            loop.multiply_adds += code[i].text.find("vfmadd") != std::string::npos;
            loop.stack_moves += std::regex_search(code[i].text, stack);
        }
        const bool more = loop.multiply_adds > best.multiply_adds;
        if (more || (loop.multiply_adds == best.multiply_adds && length < shortest)) best = loop, shortest = length;
    }
    return best;
}

struct Shown {
    const char* target;
    int groups, block, vectors;
    bool narrow = false, paired = false;  // paired: `block` rows × `vectors` vectors
    int rows() const { return groups ? groups * block : block; }
    std::string symbol() const {
        const auto number = [](int i) { return "Li" + std::to_string(i) + "E"; };
        if (paired)
            return "_ZN3cnn7kernels" + std::to_string(std::string(target).size()) + target + "11paired_tileI" +
                   number(block) + number(vectors) + "EEvRKNS0_7TileJobE";
        return "_ZN3cnn7kernels" + std::to_string(std::string(target).size()) + target + "4tileI" + number(groups) +
               number(block) + number(vectors) + (narrow ? "Lb1" : "Lb0") + "EEEvRKNS0_7TileJobE";
    }
    friend std::ostream& operator<<(std::ostream& out, const Shown& s) {
        return out << s.target << ": " << s.rows() << " rows in " << s.groups << " groups × " << s.vectors
                   << " vectors";
    }
};
const std::vector<Shown> shown{{"N_AVX3", 0, 14, 2},
                               {"N_AVX3", 0, 8, 3},
                               {"N_AVX3", 0, 6, 4},
                               {"N_AVX3", 0, 28, 1},
                               {"N_AVX3", 5, 5, 1},
                               {"N_AVX3", 5, 5, 1, true},
                               {"N_AVX3", 4, 3, 2},
                               {"N_AVX3", 2, 5, 2},
                               {"N_AVX3", 8, 1, 2},
                               {"N_AVX2", 0, 6, 2},
                               {"N_AVX2", 0, 4, 3},
                               {"N_AVX2", 0, 12, 1},
                               {"N_AVX2", 0, 2, 4},
                               {"N_AVX2", 2, 3, 2},
                               {"N_AVX2", 2, 5, 1},
                               {"N_AVX3", 6, 1, 4},
                               {"N_AVX3", 8, 1, 3},
                               {"N_AVX2", 4, 1, 3},
                               {"N_AVX3", 0, 4, 6, false, true},
                               {"N_AVX3", 0, 3, 5, false, true},
                               {"N_AVX2", 0, 3, 3, false, true}};

}  // namespace

namespace {
BOOST_AUTO_TEST_SUITE(tile)

BOOST_DATA_TEST_CASE(keeps_its_sums_in_registers, shown, s) {
    const auto code = disassemble(s.symbol());
    BOOST_TEST(true);  // there may be no machine code to look at
    if (code.empty() || !plain_build) return;
    const Loop loop = busiest_loop(code);
    BOOST_TEST(loop.multiply_adds == s.rows() * s.vectors);
    BOOST_TEST(loop.stack_moves == 0);
}

// Wherever this is built for x86 with optimisation, the test above has something to look at.
BOOST_AUTO_TEST_CASE(the_main_tiles_are_found) {
#ifdef __x86_64__
    if (plain_build && std::system("objdump --version > /dev/null 2>&1") == 0)
        for (const Shown& s : shown) BOOST_TEST(!disassemble(s.symbol()).empty(), s);
#endif
    BOOST_TEST(true);
}

// Every packed tile: wanted lanes only, side by side, and not one number beyond.
BOOST_DATA_TEST_CASE(packed, instruction_sets(), isa) {
    const On on(isa);
    const TileSet& set = tile_set();
    const auto dropped = [&](Index v) { return v % 2 && set.lanes > 1; };  // the second lane of odd vectors
    const Index depth = 7;
    const Tensor a = random({depth, 40}, 1), b = random({2000}, 2), bias = random({40}, 3);
    std::vector<std::int32_t> steps;
    for (Index k = 0; k < depth; ++k) steps.push_back(static_cast<std::int32_t>(k * k * 7));
    for (Index vectors = 1; vectors <= TileSet::most_vectors; ++vectors)
        for (Index rows = 1; rows <= set.rows_of_packed(vectors); ++rows) {
            std::vector<Run> runs;
            for (Index v = 0; v < vectors; ++v)
                runs.push_back({.b = static_cast<std::int32_t>(v * 100),
                                .c = static_cast<std::int32_t>(v * set.lanes),
                                .lanes = dropped(v) ? set.lanes - 1 : set.lanes,
                                .mask = dropped(v) ? 0xfffdu & ((1u << set.lanes) - 1) : 0xffffu});
            Tensor c = Tensor::full({rows, 100}, 9);
            Sums expected({rows, 100});
            for (Index m = 0; m < rows; ++m)
                for (Index j = 0; j < 100; ++j) {
                    const Index v = j / set.lanes, lane = j % set.lanes + (dropped(v) && j % set.lanes ? 1 : 0);
                    if (v >= vectors || lane >= set.lanes) {
                        expected.add(m * 100 + j, 9);
                        continue;
                    }
                    expected.add(m * 100 + j, double{bias[m]});
                    for (Index k = 0; k < depth; ++k)
                        expected.add(m * 100 + j, double{a(k, m)} * double{b[v * 100 + lane + k * k * 7]});
                }
            TileJob job{.depth = depth, .a = a.data(), .a_step = 40};
            job.b = b.data(), job.b_steps = steps.data(), job.runs = runs.data();
            job.c = c.data(), job.c_row = 100, job.bias = bias.data();
            set.packed(rows, vectors)(job);
            check_close(std::to_string(rows) + " × " + std::to_string(vectors), c, expected);
        }
}

// Every paired tile: lane by lane, starting from nothing and from what is there.
BOOST_DATA_TEST_CASE(paired, instruction_sets(), isa) {
    const On on(isa);
    const TileSet& set = tile_set();
    const Index depth = 5, lanes = set.lanes;
    const Tensor a = random({1000}, 1), b = random({1000}, 2);
    const std::int32_t a_steps[] = {0, 16, 48, 3, 200}, b_steps[] = {7, 0, 90, 64, 16}, rows_at[] = {0, 100, 40, 300};
    for (Index vectors = 1; vectors <= set.paired_vectors; ++vectors)
        for (Index rows = 1; rows <= set.paired_rows; ++rows) {
            std::vector<Run> runs;
            for (Index v = 0; v < vectors; ++v)
                runs.push_back({.b = static_cast<std::int32_t>(v * 70), .c = static_cast<std::int32_t>(v * lanes)});
            Tensor c = Tensor::full({rows, vectors * lanes}, 9);
            Sums once(c.shape()), twice(c.shape());
            for (Index m = 0; m < rows; ++m)
                for (Index j = 0; j < vectors * lanes; ++j)
                    for (Index k = 0; k < depth; ++k) {
                        const Index lane = j % lanes, from = j / lanes * 70 + b_steps[k] + lane;
                        const double product = double{a[rows_at[m] + a_steps[k] + lane]} * double{b[from]};
                        once.add(m * vectors * lanes + j, product), twice.add(m * vectors * lanes + j, 2 * product);
                    }
            TileJob job{.depth = depth, .a = a.data(), .a_groups = rows_at, .a_steps = a_steps};
            job.b = b.data(), job.b_steps = b_steps, job.runs = runs.data();
            job.c = c.data(), job.c_row = vectors * lanes;
            set.paired(rows, vectors)(job);
            check_close("once", c, once);
            job.accumulate = true;
            set.paired(rows, vectors)(job);
            check_close("twice", c, twice);
        }
}

BOOST_AUTO_TEST_CASE(other_instruction_sets_are_refused) {
    BOOST_CHECK_THROW(use_instruction_set("AVX9"), Error);
    use_instruction_set({});
    const std::string best = instruction_sets().front();  // with CNN_MAX_ISA the best one that is allowed
    BOOST_TEST(instruction_set() == best);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace
