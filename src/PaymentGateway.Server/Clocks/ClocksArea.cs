namespace PaymentGateway.Clocks;

public static class ClocksArea
{
    public static IServiceCollection AddClocks(this IServiceCollection services) =>
        services.AddSingleton<MerchantClocks>().AddHostedService<ClocksWatch>();
}
