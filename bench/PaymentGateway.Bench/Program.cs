using System.Runtime.InteropServices;
using PaymentGateway.Bench.Scale;
using PaymentGateway.Bench.Students;

namespace PaymentGateway.Bench;

internal static class Program
{
    private const int Failed = 1;
    private const int Interrupted = 130;

    public static async Task<int> Main(string[] arguments)
    {
        using var stop = new CancellationTokenSource();
        void Stop(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }

        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
        try
        {
            await using var workplace = new Workplace();
            if (arguments[0] == "scale")
            {
                await new ScaleBenchmark(ScaleOptions.Read(arguments[1..]), workplace.Folder).Run(Console.Out, stop.Token);
                return 0;
            }

            if (arguments[0] == "students")
            {
                await new StudentBenchmark(StudentOptions.Read(arguments[1..]), workplace.Folder).Run(Console.Out, stop.Token);
                return 0;
            }

            var options = BenchOptions.Read(arguments);
            var figures = await new Benchmark(options, workplace.Folder).Run(stop.Token);
            Report.Print(options, figures, Console.Out);
            return figures.Errors == 0 ? 0 : Failed;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped.");
            return Interrupted;
        }
        catch (BenchException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
    }
}
