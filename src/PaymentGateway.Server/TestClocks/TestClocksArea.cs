namespace PaymentGateway.TestClocks;

public static class TestClocksArea
{
    /// <summary>Needs the <see cref="Clocks.DueRows"/> of every area that has work with a time.</summary>
    public static IServiceCollection AddTestClocks(this IServiceCollection services) =>
        services.AddSingleton<TestClockStore>().AddSingleton<TestClockReadiness>().AddSingleton<TestClocksApi>();

    /// <summary>Finds out when an advanced clock is ready; run by the worker role.</summary>
    public static IServiceCollection AddTestClockWorkers(this IServiceCollection services) => services.AddHostedService<TestClocksWorker>();

    public static void MapTestClocks(this IEndpointRouteBuilder routes) =>
        TestClocksApi.Map(routes, routes.ServiceProvider.GetRequiredService<TestClocksApi>());
}
