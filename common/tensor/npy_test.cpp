#include "tensor/npy.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "tensor/file.hpp"
#include "tensor/random.hpp"

using namespace cnn;
namespace fs = std::filesystem;

namespace {

const fs::path golden = fs::path(CNN_SOURCE_DIR) / "common/tensor/golden";

// The message of the DataError that reading `bytes` throws.
std::string refusal(std::string_view bytes) {
    try {
        parse_npy(bytes, "x.npy");
    } catch (const DataError& error) {
        return error.what();
    }
    return "accepted";
}

std::string with_header(std::string header, std::string_view data) {
    header += '\n';
    return std::string("\x93NUMPY\1\0", 8) + static_cast<char>(header.size()) + '\0' + header + std::string(data);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(npy)

BOOST_AUTO_TEST_CASE(reads_what_numpy_wrote) {
    const Tensor ramp({2, 3}, {0, 1, 2, 3, 4, 5});
    BOOST_TEST((read_npy(golden / "version2.npy") == ramp));
    BOOST_TEST((read_npy(golden / "version3.npy") == ramp));
    BOOST_TEST((read_npy(golden / "float32.npy") == Tensor({2, 3}, {-0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f})));
    BOOST_TEST((read_npy(golden / "float64.npy") == Tensor({2, 3}, {0, 1 / 3.f, 2 / 3.f, 1, 4 / 3.f, 5 / 3.f})));
    BOOST_TEST((read_npy(golden / "int32.npy") == Tensor({2, 3}, {-3, -2, -1, 0, 1, 2})));
    BOOST_TEST((read_npy(golden / "int64.npy") == Tensor({2, 3}, {-3, 997, 1997, 2997, 3997, 4997})));
    BOOST_TEST((read_npy(golden / "uint8.npy") == Tensor({2, 3}, {0, 51, 102, 153, 204, 255})));
    BOOST_TEST((read_npy(golden / "scalar.npy") == Tensor(Shape{}, {2.5f})));
    BOOST_TEST((read_npy(golden / "vector.npy") == Tensor({3}, {1, 2, 3})));
    BOOST_TEST((read_npy(golden / "none.npy").shape() == Shape{0, 3}));
    const Tensor rank5 = read_npy(golden / "rank5.npy");
    BOOST_TEST(rank5(1, 0, 3, 1, 1) == 31);
}

// NumPy 1.24 writes a header of our values byte for byte as we do, so the files are compared as a whole.
BOOST_AUTO_TEST_CASE(writes_what_numpy_would_write) {
    for (const char* name : {"float32", "scalar", "vector", "none", "rank5"}) {
        const std::string theirs = read_file(golden / (std::string(name) + ".npy"));
        BOOST_TEST((npy_bytes(parse_npy(theirs, name)) == theirs), name);
    }
}

BOOST_AUTO_TEST_CASE(comes_back_from_a_file) {
    const fs::path path = fs::temp_directory_path() / "comes-back.npy";
    const Tensor x = random({3, 1, 7, 5}, 1);
    write_npy(path, x);
    BOOST_TEST((read_npy(path) == x));
    fs::remove(path);
}

BOOST_AUTO_TEST_CASE(refuses_other_kinds_of_arrays) {
    const auto contains = [](const std::string& name, const std::string& words) {
        const std::string message = refusal(read_file(golden / ("refused_" + name + ".npy")));
        BOOST_TEST(message.find(words) != message.npos, name << ": " << message);
        BOOST_TEST(message.starts_with("x.npy: "));
    };
    contains("rank6", "at most 5 axes");
    contains("complex", "type '<c8': complex numbers: save their .real and .imag");
    contains("records", "records");
    contains("raw", "type '|V8': records");
    contains("objects", "type '|O': Python objects, which are not unpickled");
    contains("text", "type '<U3': text");
    contains("dates", "type '<M8[s]': dates");
    contains("long_double", "type '<f16': numbers of a type that is not read here: save the array with .astype(");
}

// Of either order of bytes and axes, of every size.
BOOST_AUTO_TEST_CASE(other_types_are_converted) {
    const Tensor ramp({2, 3}, {0, 1, 2, 3, 4, 5}), from_minus_3({2, 3}, {-3, -2, -1, 0, 1, 2});
    const auto read = [](const std::string& name) {
        const NpyArray array = load_npy(golden / (name + ".npy"));
        BOOST_TEST(array.note == "", name);
        return array.tensor;
    };
    BOOST_TEST((read("half") == Tensor({2, 3}, {-0.5f, -0.25f, 0, 0.25f, 0.5f, 0.75f})));
    BOOST_TEST((read("bool") == Tensor({2, 3}, {0, 1, 0, 1, 0, 1})));
    for (const char* name : {"int8", "int16", "big_endian_int64"}) BOOST_TEST((read(name) == from_minus_3), name);
    for (const char* name : {"uint16", "uint32", "uint64", "python2"}) BOOST_TEST((read(name) == ramp), name);
    const Tensor big = read("big_endian"), fortran = read("fortran"), both = read("fortran_big_endian");
    BOOST_TEST((big.shape() == Shape{2, 3, 4}));
    BOOST_TEST((fortran.shape() == Shape{2, 3, 4}));
    for (Index i = 0; i < 24; ++i) {
        BOOST_TEST(big[i] == static_cast<float>(i * 1000 - 7));
        BOOST_TEST(fortran[i] == static_cast<float>(i));
        BOOST_TEST(both[i] == static_cast<float>(i));
    }
    const Tensor odd = read("not_finite");
    BOOST_TEST(std::isnan(odd[0]));
    BOOST_TEST(odd[1] == std::numeric_limits<float>::infinity());
    BOOST_TEST(odd[2] == -std::numeric_limits<float>::infinity());
    BOOST_TEST(std::signbit(odd[3]));
}

BOOST_AUTO_TEST_CASE(what_is_lost_is_told) {
    const auto note = [](const char* name) { return load_npy(read_file(golden / name), "x.npy").note; };
    BOOST_TEST(note("rounded.npy") ==
               "x.npy: 1 of 6 numbers of type float64 are rounded to float32; 2 of 6 numbers of type float64 are too "
               "large for float32 and become infinite");
    BOOST_TEST(note("rounded_int64.npy") == "x.npy: 2 of 4 numbers of type int64 are rounded to float32");
    BOOST_TEST(note("float64.npy") == "x.npy: 4 of 6 numbers of type float64 are rounded to float32");
    BOOST_TEST(note("int64.npy") == "");
}

BOOST_AUTO_TEST_CASE(archives_give_their_arrays) {
    const auto refusal_of = [](const std::string& name) -> std::string {
        try {
            load_npy(golden / name);
        } catch (const DataError& error) {
            return error.what();
        }
        return "accepted";
    };
    const auto says = [&](const std::string& name, const std::string& words) {
        const std::string message = refusal_of(name);
        BOOST_TEST(message.find(words) != message.npos, message);
    };
    BOOST_TEST((read_npy(golden / "one.npz") == Tensor({3}, {1, 2, 3})));
    BOOST_TEST((read_npy(golden / "one.npz:only") == Tensor({3}, {1, 2, 3})));
    BOOST_TEST((read_npy(golden / "stored.npz:labels") == Tensor({2}, {3, 1})));
    BOOST_TEST((read_npy(golden / "stored.npz:x.npy") == Tensor({2, 3}, {0, 1, 2, 3, 4, 5})));
    BOOST_TEST((read_npy(golden / "deflated.npz:x") == Tensor({20, 30})));
    BOOST_TEST(read_npy(golden / "deflated.npz:y")[499] == 499);
    says("stored.npz", "stored.npz: holds arrays x, labels: name one of them, as ");
    says("stored.npz:z", "stored.npz: there is no such array, only arrays x, labels: name one");
    says("missing.npz:z", "missing.npz: cannot be read: there is no such file");
    for (const char* name : {"a.npy", "a.npz", "folder/a.npz:x"}) BOOST_TEST(names_array(name), name);
    for (const char* name : {"a.png", "3", "[1]", "npy", "a.npz.txt"}) BOOST_TEST(!names_array(name), name);
}

BOOST_AUTO_TEST_CASE(refuses_headers_that_lie) {
    const std::string good = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
    BOOST_TEST(refusal(with_header(good, "12345678")) == "accepted");
    BOOST_TEST(refusal(with_header(good, "1234567")) ==
               "x.npy: .npy file cut short: shape [2] needs 2 numbers of 4 bytes, but 7 bytes follow the header");
    BOOST_TEST(refusal(with_header(good, "123456789")) == "x.npy: 1 bytes too many after the 2 numbers of shape [2]");
    const auto with_shape = [](std::string shape) {
        return with_header("{'descr': '<f4', 'fortran_order': False, 'shape': " + shape + ", }", "12345678");
    };
    for (const char* shape : {"(-2,)", "(4611686018427387904, 4)", "(99999999999999999999,)", "(4611686018427387904,)",
                              "(1000000000000,)", "(0, 99999999999999999)", "(2", "2", "(2,,)", "(a,)", "()", "(1, 1)"})
        BOOST_TEST(refusal(with_shape(shape)).starts_with("x.npy: "), shape);
    for (const char* header : {"", "{", "{}", "{'descr': '<f4'}", "[1]", "{'descr': '<f4, 'shape': (2,)}",
                               "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (2,)}",
                               "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
                               "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} and more"})
        BOOST_TEST(refusal(with_header(header, "12345678")).starts_with("x.npy: "), header);
}

BOOST_AUTO_TEST_CASE(refuses_every_cut_and_survives_every_flip) {
    const std::string whole = npy_bytes(Tensor({2, 3}));
    for (std::size_t size = 0; size < whole.size(); ++size)
        BOOST_TEST(refusal(std::string_view(whole).substr(0, size)).starts_with("x.npy: "), size);
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (int bit = 0; bit < 8; ++bit) {
            std::string flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ (1 << bit));
            const std::string message = refusal(flipped);
            BOOST_TEST((message == "accepted" || message.starts_with("x.npy: ")));
            BOOST_TEST(message.find('\n') == message.npos);
        }
}

BOOST_AUTO_TEST_SUITE_END()
