# What every Ruby program has.
require "logger"
require "json"
$stdout.sync = true
