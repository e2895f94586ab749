// main() of every test program. Spelled out, because BOOST_TEST_MAIN would have to be defined before Boost.Test's
// header is seen, which the precompiled headers include first.
#include <boost/test/unit_test.hpp>

int main(int argc, char** argv) {
    return boost::unit_test::unit_test_main([] { return true; }, argc, argv);
}
