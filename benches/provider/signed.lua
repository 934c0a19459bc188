-- Calls the API with signatures that were made before, each of them once.
local headers = {}
for line in io.lines(os.getenv("SIGNED")) do headers[#headers + 1] = line end
local next = 0

function request()
  next = next + 1
  if next > #headers then wrk.thread:stop() end
  wrk.headers["Authorization"] = headers[next]
  return wrk.format("GET")
end
