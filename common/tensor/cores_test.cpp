#include "tensor/cores.hpp"

#include <sched.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>

#include "tensor/file.hpp"

using namespace cnn;
namespace fs = std::filesystem;

namespace {

// A folder as the kernel mounts control groups.
struct Groups {
    TemporaryFolder temporary;
    fs::path mounted = temporary.path();

    void put(const std::string& file, const std::string& text) const {
        fs::create_directories((mounted / file).parent_path());
        replace_file(mounted / file, text);
    }
    double quota(const std::string& groups_of_process) const {
        return quota_of_groups(groups_of_process, mounted).value_or(-1);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(cores, Groups)

BOOST_AUTO_TEST_CASE(version_2_says_it_in_one_file) {
    put("cpu.max", "150000 100000\n");
    BOOST_TEST(quota("0::/\n") == 1.5);
}

BOOST_AUTO_TEST_CASE(no_limit_is_none) {
    put("cpu.max", "max 100000\n");
    put("job/cpu.max", "max 100000\n");
    BOOST_TEST(quota("0::/job\n") == -1);
    BOOST_TEST(quota("0::/gone\n") == -1);
    BOOST_TEST(quota("") == -1);
    BOOST_TEST(quota("no such line") == -1);
    put("cpu.max", "what is this\n");
    BOOST_TEST(quota("0::/\n") == -1);
}

BOOST_AUTO_TEST_CASE(the_smallest_of_all_groups_around_holds) {
    put("user/cpu.max", "200000 100000\n");
    put("user/job/cpu.max", "300000 100000\n");
    BOOST_TEST(quota("0::/user/job\n") == 2);
    put("user/job/step/cpu.max", "50000 100000\n");
    BOOST_TEST(quota("0::/user/job/step\n") == 0.5);
}

BOOST_AUTO_TEST_CASE(a_container_sees_itself_as_the_mounted_folder) {
    put("cpu.max", "400000 100000\n");
    BOOST_TEST(quota("0::/system.slice/docker-1234.scope\n") == 4);
    BOOST_TEST(quota("0::/../outside\n") == 4);
}

BOOST_AUTO_TEST_CASE(version_1_says_it_in_two_files) {
    put("cpu/docker/1234/cpu.cfs_quota_us", "250000\n");
    put("cpu/docker/1234/cpu.cfs_period_us", "100000\n");
    BOOST_TEST(quota("5:memory:/docker/1234\n4:cpu:/docker/1234\n") == 2.5);
    put("cpu/docker/1234/cpu.cfs_quota_us", "-1\n");
    BOOST_TEST(quota("4:cpu:/docker/1234\n") == -1);
    put("cpu,cpuacct/cpu.cfs_quota_us", "100000\n");
    put("cpu,cpuacct/cpu.cfs_period_us", "100000\n");
    BOOST_TEST(quota("4:cpu,cpuacct:/\n") == 1);
    BOOST_TEST(quota("4:cpuset,cpuacct:/\n") == -1);
}

BOOST_AUTO_TEST_CASE(a_quota_is_rounded_up_and_never_0) {
    BOOST_TEST((Cores{16, 16, 1.5}.usable()) == 2);
    BOOST_TEST((Cores{16, 16, 0.2}.usable()) == 1);
    BOOST_TEST((Cores{16, 4, 8.0}.usable()) == 4);
    BOOST_TEST((Cores{16, 4, 1e300}.usable()) == 4);
    BOOST_TEST((Cores{16, 16, std::nullopt}.usable()) == 16);
}

BOOST_AUTO_TEST_CASE(the_reason_is_told) {
    BOOST_TEST((Cores{16, 16, std::nullopt}.describe()) == "16");
    BOOST_TEST((Cores{16, 16, 32.0}.describe()) == "16");
    BOOST_TEST((Cores{16, 2, std::nullopt}.describe()) == "2 of 16 (taskset or a cpuset)");
    BOOST_TEST((Cores{16, 16, 1.5}.describe()) == "2 of 16 (a quota of 1.5)");
}

BOOST_AUTO_TEST_CASE(processors_taken_away_are_not_counted) {
    cpu_set_t before, one;
    BOOST_REQUIRE(sched_getaffinity(0, sizeof before, &before) == 0);
    int first = 0;
    while (!CPU_ISSET(first, &before)) ++first;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    BOOST_REQUIRE(sched_setaffinity(0, sizeof one, &one) == 0);
    const int usable = cores_here().usable();
    BOOST_TEST(sched_setaffinity(0, sizeof before, &before) == 0);
    BOOST_TEST(usable == 1);
    BOOST_TEST(cores_here().usable() <= CPU_COUNT(&before));
}

BOOST_AUTO_TEST_SUITE_END()
