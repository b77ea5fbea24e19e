using System.Security.Cryptography;
using PaymentGateway.Http;
using PaymentGateway.Merchants;

namespace PaymentGateway.Webhooks;

public static class WebhooksArea
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services, WebhookSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(new OutboundGuard(settings.AllowPrivateInTest));
        services.AddSingleton<MerchantWebhookSecret>(provider => provider.GetRequiredService<MerchantStore>().WebhookSecretOf);
        services.AddSingleton<Chance>(() => RandomNumberGenerator.GetInt32(1 << 30) / (double)(1 << 30));
        services.AddSingleton<RetrySchedule>();
        services.AddSingleton<EndpointStore>();
        services.AddSingleton<DeliveryStore>();
        services.AddSingleton(DeliveryStore.EventsToFanOut);
        services.AddSingleton(DeliveryStore.Waiting(settings.RetryAttempts));
        services.AddSingleton<DeliveryBacklogStore>();
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton(WebhookSecrets.Sealed);
        services.AddSingleton(WebhookSecrets.SealedPrevious);
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookSignals>();
        services.AddSingleton<Redelivery>();
        services.AddSingleton<EndpointActions>();
        services.AddSingleton<TestEndpoint>();
        services.AddHostedService<CommitAnnouncer>();
        if (settings.RunsWorkers)
        {
            services.AddHostedService<CommitListener>();
            services.AddHostedService<FanOut>();
            services.AddHostedService<Dispatcher>();
        }

        return services;
    }

    public static IEndpointRouteBuilder MapWebhooks(this IEndpointRouteBuilder routes) =>
        routes.MapWebhookEndpoints().MapRedelivery();
}
