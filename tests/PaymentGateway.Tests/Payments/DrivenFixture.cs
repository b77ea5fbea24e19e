using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.Payments;

/// <summary>One server on a clock that stands, for a whole class; when all its tests are done, the book must hold.</summary>
public sealed class DrivenFixture : IAsyncLifetime
{
    public ManualClock Clock { get; } = new();

    public TestGateway Gateway { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await SandboxWorld.StartDriven(Clock);
        Client = Gateway.Client();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        try
        {
            await Gateway.AssertBookHolds();
        }
        finally
        {
            await Gateway.DisposeAsync();
        }
    }
}
