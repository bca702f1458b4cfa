// The server on Azure Container Apps. The connection string goes from the ACS resource into Key Vault, a user-assigned identity
// reads it from there, and the process gets it as a file. You never type it.
//
//   az deployment group create --resource-group <group> --template-file deploy/azure/main.bicep --parameters deploy/azure/main.bicepparam
//
// Not deployed or compiled yet. A test checks that every name is declared and used, that brackets are balanced, and that each
// setting exists. Run `az deployment group what-if` first.

targetScope = 'resourceGroup'

@description('Azure region of all resources.')
param location string = resourceGroup().location

@description('Name of the app, and prefix of all other names.')
@minLength(3)
@maxLength(14)
param name string = 'teams-exchange'

@description('The container image with its registry and a tag or, better, a digest.')
param image string

@description('Registry from which the new identity pulls the image. The identity needs the role AcrPull there. Empty for a public image.')
param registryServer string = ''

@description('Name of the Azure Communication Services resource, in this resource group.')
param acsName string

@description('Directory (tenant) ID of the tenant whose users may call, a GUID.')
param entraTenantId string = tenant().tenantId

@description('Application (client) ID of the API registration, a GUID. It exposes the scope access_as_user.')
param entraApiClientId string

@description('Application (client) IDs of the clients that may call, separated by commas. The page that this server serves uses the first one.')
param entraClientIds string

@description('Exact origins of pages on other hosts that may call, separated by commas. Apps with a web view have origins such as capacitor://localhost. The page that this server serves needs none.')
param allowedOrigins string = ''

@description('Redis for several instances, as rediss://user:password@host:port. Empty for one instance without Redis.')
@secure()
param redisUrl string = ''

@description('Maximum number of instances. More than one needs Redis.')
@minValue(1)
@maxValue(10)
param maxInstances int = 3

var hasRedis = !empty(redisUrl)
var secretsFolder = '/run/secrets/teams-token-exchange'
// Built-in role "Key Vault Secrets User".
var secretsUserRole = '4633458b-17de-408a-874e-0445c86b69e6'

resource acs 'Microsoft.Communication/communicationServices@2023-04-01' existing = {
  name: acsName
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-identity'
  location: location
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: take('${name}${uniqueString(resourceGroup().id)}', 24)
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 30
  }
}

resource acsSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'acs-connection-string'
  properties: {
    value: acs.listKeys().primaryConnectionString
  }
}

resource redisSecret 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = if (hasRedis) {
  parent: vault
  name: 'redis-url'
  properties: {
    value: redisUrl
  }
}

resource readsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, secretsUserRole)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsUserRole)
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: {
      name: 'PerGB2018'
    }
    retentionInDays: 30
  }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-environment'
  location: location
  properties: {
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

var plainSettings = [
  { name: 'HOST', value: '0.0.0.0' }
  { name: 'PORT', value: '3000' }
  { name: 'ENTRA_TENANT_ID', value: entraTenantId }
  { name: 'ENTRA_API_CLIENT_ID', value: entraApiClientId }
  { name: 'ENTRA_CLIENT_IDS', value: entraClientIds }
  { name: 'ALLOWED_ORIGINS', value: allowedOrigins }
  // The ingress of Container Apps.
  { name: 'TRUSTED_PROXIES', value: '1' }
  { name: 'ACS_CONNECTION_STRING_FILE', value: '${secretsFolder}/acs-connection-string' }
]
var redisSettings = [
  { name: 'REDIS_URL_FILE', value: '${secretsFolder}/redis-url' }
]
var acsSecretReference = [
  {
    name: 'acs-connection-string'
    keyVaultUrl: acsSecret.properties.secretUri
    identity: identity.id
  }
]
var redisSecretReference = [
  {
    name: 'redis-url'
    keyVaultUrl: '${vault.properties.vaultUri}secrets/redis-url'
    identity: identity.id
  }
]
var acsFile = [
  { secretRef: 'acs-connection-string', path: 'acs-connection-string' }
]
var redisFile = [
  { secretRef: 'redis-url', path: 'redis-url' }
]

resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: name
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  // The app reads its secrets during creation.
  dependsOn: [
    readsSecrets
    redisSecret
  ]
  properties: {
    managedEnvironmentId: environment.id
    configuration: {
      ingress: {
        external: true
        targetPort: 3000
        allowInsecure: false
        transport: 'http'
      }
      registries: empty(registryServer) ? [] : [
        {
          server: registryServer
          identity: identity.id
        }
      ]
      secrets: concat(acsSecretReference, hasRedis ? redisSecretReference : [])
    }
    template: {
      // The server ends within 15 s of the signal.
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'server'
          image: image
          env: concat(plainSettings, hasRedis ? redisSettings : [])
          resources: {
            cpu: json('0.5')
            memory: '1Gi'
          }
          volumeMounts: [
            {
              volumeName: 'secrets'
              mountPath: secretsFolder
            }
          ]
          probes: [
            {
              type: 'Startup'
              httpGet: {
                path: '/livez'
                port: 3000
              }
              periodSeconds: 1
              failureThreshold: 30
            }
            {
              type: 'Liveness'
              httpGet: {
                path: '/livez'
                port: 3000
              }
              periodSeconds: 10
              timeoutSeconds: 5
            }
            {
              type: 'Readiness'
              httpGet: {
                path: '/readyz'
                port: 3000
              }
              periodSeconds: 5
              timeoutSeconds: 2
            }
          ]
        }
      ]
      volumes: [
        {
          name: 'secrets'
          storageType: 'Secret'
          secrets: concat(acsFile, hasRedis ? redisFile : [])
        }
      ]
      scale: {
        minReplicas: 1
        maxReplicas: hasRedis ? maxInstances : 1
        rules: [
          {
            name: 'http'
            http: {
              metadata: {
                concurrentRequests: '50'
              }
            }
          }
        ]
      }
    }
  }
}

@description('Address of the page and the API. Add it with /redirect.html as a redirect URI of the client registration.')
output origin string = 'https://${app.properties.configuration.ingress.fqdn}'
