# Language, warnings and libraries that hold for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/lib)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, Debug" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2")          # assertions stay: they are cheap beside the kernels
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

# Everything is built position independent with the same flags, so that precompiled headers serve all of it.
add_compile_options(-fPIC -fno-semantic-interposition)

option(CNN_WARNINGS_ARE_ERRORS "Stop at the first warning (continuous integration does)" OFF)
set(CNN_SANITIZE "" CACHE STRING "Sanitizers for every target, for example address,undefined or thread")

add_compile_options(-Wall -Wextra -Wpedantic -Wconversion -Wshadow -fdiagnostics-color=auto)
if(CNN_WARNINGS_ARE_ERRORS)
    add_compile_options(-Werror)
endif()
if(CNN_SANITIZE)
    add_compile_options(-fsanitize=${CNN_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer -g1)
    add_link_options(-fsanitize=${CNN_SANITIZE})
endif()

# The largest files take the compiler 0.9 GiB each (GCC and clang, with the headers compiled once). Ninja starts a few more
# than there are cores: fewer where the memory, or a container's share of it, does not reach.
cmake_host_system_information(RESULT memory QUERY TOTAL_PHYSICAL_MEMORY)
if(EXISTS /sys/fs/cgroup/memory.max)
    file(STRINGS /sys/fs/cgroup/memory.max share)
    if(share MATCHES "^[0-9]+$")
        math(EXPR share "${share} >> 20")
        if(share LESS memory)
            set(memory ${share})
        endif()
    endif()
endif()
math(EXPR jobs "${memory} / 1000")
if(jobs LESS 1)
    set(jobs 1)
endif()
set_property(GLOBAL PROPERTY JOB_POOLS compile=${jobs})
set(CMAKE_JOB_POOL_COMPILE compile)
set(CMAKE_JOB_POOL_PRECOMPILE_HEADER compile)

find_package(fmt REQUIRED)
find_package(TBB REQUIRED)
find_package(ZLIB REQUIRED)
find_package(HWY REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(Boost REQUIRED CONFIG COMPONENTS unit_test_framework)
